import { Trans } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useFormatter } from "../../format/useFormatter";
import { Change } from "../../parts/Change";
import { PointsBar } from "../../parts/PointsBar";
import { largestOf } from "./rows";

type Row = Schemas["NamedFigures"];

/** A row each: trades, share that won, and the net result as number and bar. */
export function Breakdown({ rows, title }: { rows: readonly Row[]; title: string }) {
  const largest = largestOf(rows);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard
    <section className="table-box" tabIndex={0} aria-label={title}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">{title}</span>
            </th>
            <th scope="col" className="number">
              <Trans>Trades</Trans>
            </th>
            <th scope="col" className="number">
              <Trans>Won</Trans>
            </th>
            <th scope="col" className="number">
              <Trans>Net, USDT</Trans>
            </th>
            <th scope="col" className="number breakdown-costs">
              <Trans>Fees</Trans>
            </th>
            <th scope="col" className="number breakdown-costs">
              <Trans>Funding</Trans>
            </th>
            <th scope="col" className="breakdown-bar">
              <span className="visually-hidden">
                <Trans>Net as a bar</Trans>
              </span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Line key={row.name} row={row} largest={largest} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Line({ row, largest }: { row: Row; largest: number }) {
  const format = useFormatter();
  const { figures } = row;
  return (
    <tr>
      <th scope="row">{row.name}</th>
      <td className="number">{format.number(figures.trades, 0)}</td>
      <td className="number">{format.percent(figures.win_rate_pct, 0)}</td>
      <td className="number">
        <Change value={figures.net_pnl} arrow={false} />
      </td>
      <td className="number breakdown-costs">{format.number(figures.fees)}</td>
      <td className="number breakdown-costs">{format.signed(figures.funding)}</td>
      <td className="breakdown-bar">
        <PointsBar points={figures.net_pnl} largest={largest} />
      </td>
    </tr>
  );
}
