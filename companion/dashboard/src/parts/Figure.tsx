import type { ReactNode } from "react";
import "./figure.css";

/** A label and its value. */
export function Figure({
  label,
  children,
  className = "",
}: {
  label: string;
  children: ReactNode;
  className?: string;
}) {
  return (
    <dl className={`figure ${className}`}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </dl>
  );
}
