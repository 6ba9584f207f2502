import type { ReactNode } from "react";
import "./figure.css";

interface Properties {
  facts: readonly (readonly [label: string, value: ReactNode])[];
  className?: string;
}

/** Labels with their values, small and close together. */
export function Facts({ facts, className = "" }: Properties) {
  return (
    <dl className={`facts ${className}`}>
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
