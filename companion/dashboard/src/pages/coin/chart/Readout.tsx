import { Trans, useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../../api/client";
import { useFormatter } from "../../../format/useFormatter";
import { decidedAt } from "./decidedAt";

interface Properties {
  answer: Schemas["CoinCandles"];
  /** Which of the candles. */
  place: number;
  decimals: number;
}

/** One candle in numbers: the one under the pointer, or the newest. */
export function Readout({ answer, place, decimals }: Properties) {
  const { t } = useLingui();
  const format = useFormatter();
  const prices: [string, number | null | undefined][] = [
    [t`open`, answer.open[place]],
    [t`high`, answer.high[place]],
    [t`low`, answer.low[place]],
    [t`close`, answer.close[place]],
  ];
  const decided = decidedAt(answer, answer.time[place]);
  const score = format.number(decided?.score, 0);
  const minimum = format.number(decided?.minimum, 0);
  return (
    <p className="candle-readout">
      <strong>{format.dateTime(answer.time[place])}</strong>
      {prices.map(([label, price]) => (
        <span key={label}>
          <span className="muted">{label}</span> {format.number(price, decimals)}
        </span>
      ))}
      {decided ? (
        <span>
          {decided.side ?? ""} <strong>{decided.gate}</strong>{" "}
          {decided.score === null ? null : (
            <Trans>
              score {score}, needs {minimum}
            </Trans>
          )}
          {decided.recorded ? null : (
            <span className="muted">
              {" "}
              <Trans>(decided now, without the order book of its time)</Trans>
            </span>
          )}
        </span>
      ) : null}
    </p>
  );
}
