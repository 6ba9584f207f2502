import type { Schemas } from "../../api/client";
import { isNumber } from "../../format/formatter";

interface Point {
  /** Seconds since 1970 UTC, ascending, each once: as the chart wants it. */
  time: number;
  value: number;
}

type Trade = Pick<Schemas["TradeView"], "closed_ms" | "net_pnl">;

/** From 0, in the order in which the trades closed; of trades of the same second the last one counts. */
export function cumulativeByTrade(trades: readonly Trade[]): Point[] {
  const closed = [...trades].sort((one, other) => one.closed_ms - other.closed_ms);
  const points = new Map<number, number>();
  let sum = 0;
  for (const { closed_ms: ms, net_pnl: net } of closed) {
    if (isNumber(net)) sum += net;
    points.set(Math.floor(ms / 1000), sum);
  }
  return [...points].map(([time, value]) => ({ time, value }));
}

/** The API's own sums, a point for each day; days come newest first. */
export function cumulativeByDay(days: readonly Schemas["DayFigures"][]): Point[] {
  return [...days]
    .reverse()
    .map(({ day, cumulative }) => ({ time: Date.parse(`${day}T00:00:00Z`) / 1000, value: cumulative ?? 0 }));
}
