import { Trans } from "@lingui/react/macro";
import type { Schemas } from "../../../api/client";
import { useFormatter } from "../../../format/useFormatter";
import { decidedAt } from "./decidedAt";

/** Two hours. */
const SHOWN = 24;

/** The last candles as a table: what the chart shows, for those who cannot see it, and to copy from. */
export function LastCandles({ answer, decimals }: { answer: Schemas["CoinCandles"]; decimals: number }) {
  const format = useFormatter();
  const places = answer.time
    .map((_, place) => place)
    .slice(-SHOWN)
    .reverse();
  return (
    <details className="outlook">
      <summary>
        <Trans>The last two hours as a table</Trans>
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reached by the keyboard */}
      <div className="table-box" tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">
                <Trans>Opened</Trans>
              </th>
              <th scope="col" className="number">
                <Trans>Closing price</Trans>
              </th>
              <th scope="col" className="number">
                z
              </th>
              <th scope="col" className="number">
                <Trans>needs</Trans>
              </th>
              <th scope="col">
                <Trans>Gate</Trans>
              </th>
              <th scope="col" className="number">
                <Trans>Score</Trans>
              </th>
            </tr>
          </thead>
          <tbody>
            {places.map((place) => {
              const decided = decidedAt(answer, answer.time[place]);
              return (
                <tr key={answer.time[place]}>
                  <th scope="row">{format.minute(answer.time[place])}</th>
                  <td className="number">{format.number(answer.close[place], decimals)}</td>
                  <td className="number">{format.signed(decided?.zscore)}</td>
                  <td className="number">{format.number(decided?.threshold)}</td>
                  <td>
                    {decided?.side ?? ""} {decided?.gate ?? format.notAvailable}
                  </td>
                  <td className="number">{format.number(decided?.score, 0)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </details>
  );
}
