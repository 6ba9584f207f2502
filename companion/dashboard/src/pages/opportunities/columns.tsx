import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { ReactNode } from "react";
import type { OpportunityRow } from "../../feed/rows";
import { priceDecimals } from "../../format/decimals";
import { type Formatter, isNumber, type Value } from "../../format/formatter";
import { Change } from "../../parts/Change";
import { Side } from "../../parts/Side";

/** A column: its value sorts, its cell is what is seen and moves on between two sortings. */
export interface Column {
  id: string;
  title: MessageDescriptor;
  width: number;
  isText?: true;
  isShownAtFirst?: true;
  value: (row: OpportunityRow) => Value | string;
  cell: (row: OpportunityRow, format: Formatter) => ReactNode;
}

type NumericName = {
  [Name in keyof OpportunityRow]: OpportunityRow[Name] extends number | null ? Name : never;
}[keyof OpportunityRow];

const numeric = (id: NumericName, title: MessageDescriptor, decimals: number, width = 84): Column => ({
  id,
  title,
  width,
  value: (row) => row[id],
  cell: (row, format) => <Plain value={row[id]} text={format.number(row[id], decimals)} />,
});
const changing = (id: NumericName, title: MessageDescriptor, decimals: number, width = 92): Column => ({
  ...numeric(id, title, decimals, width),
  cell: (row) => <Change value={row[id]} decimals={decimals} arrow={false} />,
});
const price = (id: NumericName, title: MessageDescriptor): Column => ({
  ...numeric(id, title, 0, 104),
  cell: (row, format) => {
    const decimals = priceDecimals(row.key, row.last_price, row.price);
    return <Plain value={row[id]} text={format.number(row[id], decimals)} />;
  },
});
const shown = (column: Column): Column => ({ ...column, isShownAtFirst: true });

/** All columns in the order in which they stand; the coin is before them and always there. */
export const COLUMNS: readonly Column[] = [
  shown(numeric("rank", msg`Rank`, 0, 60)),
  shown({
    id: "gate",
    title: msg`Stopped at`,
    width: 124,
    isText: true,
    value: (row) => row.gate,
    cell: (row) => <Gate row={row} />,
  }),
  shown({
    id: "side",
    title: msg`Side`,
    width: 72,
    isText: true,
    value: (row) => row.side ?? undefined,
    cell: (row, format) =>
      row.side ? <Side side={row.side} /> : <span className="muted">{format.notAvailable}</span>,
  }),
  shown(numeric("score", msg`Score`, 0, 72)),
  numeric("score_now", msg`Score now`, 0),
  numeric("minimum", msg`Score needed`, 0, 100),
  shown(price("last_price", msg`Price`)),
  shown(changing("daily_change_pct", msg`Day %`, 2)),
  shown(numeric("zscore", msg`z-score`, 2)),
  shown(numeric("threshold", msg`z needed`, 2)),
  shown(numeric("hurst", msg`Hurst`, 2, 72)),
  shown({
    id: "regime",
    title: msg`Regime`,
    width: 136,
    isText: true,
    value: (row) => row.regime,
    cell: (row) => row.regime,
  }),
  numeric("adx", msg`ADX`, 1, 72),
  numeric("rsi", msg`RSI`, 1, 72),
  numeric("atr_pct", msg`ATR %`, 2),
  numeric("volume_ratio", msg`Volume ratio`, 2, 100),
  shown({
    ...numeric("quote_volume_24h", msg`Volume 24 h`, 0, 104),
    cell: (row, format) => format.compact(row.quote_volume_24h),
  }),
  shown(numeric("spread_now", msg`Spread %`, 3, 88)),
  shown(changing("funding_next", msg`Funding %`, 4, 96)),
  shown(changing("imbalance_now", msg`Imbalance %`, 1, 104)),
  changing("basis_now", msg`Basis %`, 3),
  numeric("whale_z", msg`Whale z`, 2),
  numeric("leverage", msg`Leverage`, 0),
  price("entry_price", msg`Entry`),
  price("stop_price", msg`Stop`),
  price("target_price", msg`Target`),
];

function Plain({ value, text }: { value: Value; text: string }) {
  return isNumber(value) ? text : <span className="muted">{text}</span>;
}

function Gate({ row }: { row: OpportunityRow }) {
  const isThrough = row.gate === "SCORE_PASS";
  return (
    <span className={isThrough ? "gate-passed" : "muted"}>{isThrough ? `✓ ${row.gate}` : row.gate}</span>
  );
}
