import { useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useFormatter } from "../../format/useFormatter";
import { axisOf, type Interval, isKnown } from "./interval";

interface Mean extends Interval {
  /** Above 0 is worse: it was paid. */
  isCost?: true;
  trades: number | null;
  days: number | null;
}

/** Means with their intervals and how many trades they are of; a mean without an interval is no number. */
export function MeansTable({ found }: { found: Schemas["LiveEvidence"] }) {
  const { t } = useLingui();
  const rows = useRows(found);
  const at = axisOf(rows.map(([, mean]) => mean));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard
    <section className="table-box" tabIndex={0} aria-label={t`Means with their intervals`}>
      <table className="table evidence-table">
        <thead>
          <tr>
            <th scope="col">{t`% of the notional a trade`}</th>
            <th scope="col" className="number">{t`Mean`}</th>
            <th scope="col" className="number">{t`95 % interval`}</th>
            <th scope="col" className="evidence-axis">
              <span className="visually-hidden">{t`The interval as a line; the stroke through all rows is 0`}</span>
            </th>
            <th scope="col" className="number">{t`Trades, days`}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, mean]) => (
            <Row key={name} name={name} mean={mean} at={at} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function useRows(found: Schemas["LiveEvidence"]): readonly (readonly [string, Mean])[] {
  const { t } = useLingui();
  const { net_pct: mean, low_pct: low, high_pct: high, trades, days } = found.evidence;
  return [
    [t`Net, measured on recorded data`, { mean, low, high, trades, days }],
    [t`Net, this bot`, found.net],
    [t`Gross, this bot`, found.gross],
    [t`Fees, paid`, { ...found.fees, isCost: true }],
    [t`Funding, received`, found.funding],
    [t`Slippage against the signal's price`, { ...found.slippage, isCost: true }],
    [t`Worse than the order's limit`, { ...found.beyond_limit, isCost: true }],
  ];
}

function Row({ name, mean, at }: { name: string; mean: Mean; at: (value: number) => number }) {
  const format = useFormatter();
  const interval = isKnown(mean)
    ? `[${format.signed(mean.low, 3)}, ${format.signed(mean.high, 3)}]`
    : format.notAvailable;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className={isKnown(mean) ? "number" : "number muted"}>
        {isKnown(mean) ? format.signed(mean.mean, 3) : format.notAvailable}
      </td>
      <td className={isKnown(mean) ? "number" : "number muted"}>{interval}</td>
      <td className="evidence-axis">
        <Line mean={mean} at={at} />
      </td>
      <td className="number">
        {format.number(mean.trades, 0)}, {format.number(mean.days, 0)}
      </td>
    </tr>
  );
}

function Line({ mean, at }: { mean: Mean; at: (value: number) => number }) {
  const zero = at(0) * 100;
  const isBad = (mean.mean ?? 0) * (mean.isCost ? -1 : 1) < 0;
  const colour = isBad ? "interval-loss" : "interval-gain";
  return (
    <svg className="interval" viewBox="-4 0 108 20" preserveAspectRatio="none" aria-hidden="true">
      <line x1={zero} x2={zero} y1="0" y2="20" className="interval-zero" />
      {isKnown(mean) ? (
        <>
          <line x1={at(mean.low) * 100} x2={at(mean.high) * 100} y1="10" y2="10" className={colour} />
          <line x1={at(mean.mean) * 100} x2={at(mean.mean) * 100} y1="4" y2="16" className={colour} />
        </>
      ) : null}
    </svg>
  );
}
