import type { Schemas } from "../../api/client";

type Row = Schemas["NamedFigures"];

const EACH = 8;

/** The best and the worst of rows that come best first; few enough of them are all. */
export function bestAndWorst(rows: readonly Row[]): Row[] {
  return rows.length <= 2 * EACH ? [...rows] : [...rows.slice(0, EACH), ...rows.slice(-EACH)];
}

/** Hours of the day from the first to the last. */
export function hoursInOrder(rows: readonly Row[]): Row[] {
  return [...rows].sort((one, other) => one.name.localeCompare(other.name, "en", { numeric: true }));
}

/** The largest result, either way: all bars of a table share its scale. */
export function largestOf(rows: readonly Row[]): number {
  return Math.max(0, ...rows.map((row) => Math.abs(row.figures.net_pnl ?? 0)));
}
