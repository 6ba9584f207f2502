import { isNumber, type Value } from "../format/formatter";
import { useFormatter } from "../format/useFormatter";

interface Properties {
  value: Value;
  decimals?: number;
  unit?: "percent";
  /** The arrow is left out where there is one already. */
  arrow?: boolean;
}

/** A gain or a loss: colour, sign and arrow say the same. */
export function Change({ value, decimals = 2, unit, arrow = true }: Properties) {
  const format = useFormatter();
  const text = unit === "percent" ? format.signedPercent(value, decimals) : format.signed(value, decimals);
  const rounded = isNumber(value) ? Number(value.toFixed(decimals)) : 0;
  if (!isNumber(value) || rounded === 0)
    return <span className={isNumber(value) ? "" : "muted"}>{text}</span>;
  const isGain = rounded > 0;
  return (
    <span className={isGain ? "gain" : "loss"}>
      {arrow ? <span aria-hidden="true">{isGain ? "▲" : "▼"}</span> : null}
      {text}
    </span>
  );
}
