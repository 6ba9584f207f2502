import { useLingui } from "@lingui/react/macro";
import type { PositionRow } from "../../feed/rows";
import { usePriceDecimals } from "../../feed/usePriceDecimals";
import { isNumber } from "../../format/formatter";
import { useFormatter } from "../../format/useFormatter";
import { axisOf, type MarkName } from "./levelMarks";

/** Liquidation – stop – mark – target on one line, and the same in words below it. */
export function Axis({ position }: { position: PositionRow }) {
  const marks = axisOf(position);
  const entry = marks.find((one) => one.name === "entry");
  const mark = marks.find((one) => one.name === "mark");
  return (
    <div className="axis">
      <div className="axis-line" aria-hidden="true">
        {entry && mark ? <Way from={entry.place} to={mark.place} /> : null}
        {marks.map(({ name, place, isBeyond }) => (
          <span
            key={name}
            className={`axis-mark axis-${name === "mark" ? "now" : name} ${isBeyond ? "axis-beyond" : ""}`}
            style={{ left: `${place}%` }}
          />
        ))}
      </div>
      <Words position={position} />
    </div>
  );
}

/** From the entry to the price of now. */
function Way({ from, to }: { from: number; to: number }) {
  const kind = to >= from ? "axis-way-gain" : "axis-way-loss";
  return (
    <span
      className={`axis-way ${kind}`}
      style={{ left: `${Math.min(from, to)}%`, width: `${Math.abs(to - from)}%` }}
    />
  );
}

function Words({ position }: { position: PositionRow }) {
  const { t } = useLingui();
  const format = useFormatter();
  const decimals = usePriceDecimals(position.symbol);
  const words: [Exclude<MarkName, "entry" | "mark">, string][] = [
    ["liquidation", t`Liquidation`],
    ["stop", t`Stop`],
    ["target", t`Target`],
  ];
  return (
    <dl className="axis-words">
      {words.map(([name, label]) => (
        <div key={name} className={`axis-word-${name}`}>
          <dt>{label}</dt>
          <dd>
            {format.number(position[name]?.price, decimals)}{" "}
            {isNumber(position[name]?.distance_pct) ? (
              <span className="muted">{format.percent(position[name]?.distance_pct)}</span>
            ) : null}
          </dd>
        </div>
      ))}
    </dl>
  );
}
