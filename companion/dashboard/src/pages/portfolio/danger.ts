import { isFilled, type PositionRow } from "../../feed/rows";
import { byNumber } from "../../parts/order";

/** The nearest to its stop comes first, one without a stop before all; orders that wait risk nothing yet and come last. */
export function byDanger(one: PositionRow, other: PositionRow): number {
  const byFill = Number(isFilled(other)) - Number(isFilled(one));
  return byFill || byNumber(one.stop?.distance_pct ?? -1, other.stop?.distance_pct ?? -1);
}
