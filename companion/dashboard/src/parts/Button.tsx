import type { ComponentProps } from "react";
import "./button.css";

export interface ButtonProperties extends ComponentProps<"button"> {
  kind?: "plain" | "primary" | "danger" | "quiet";
}

export function Button({ kind = "plain", type = "button", className = "", ...rest }: ButtonProperties) {
  return <button type={type} className={`button button-${kind} ${className}`} {...rest} />;
}
