import type { Schemas } from "../../api/client";
import { isNumber } from "../../format/formatter";

export interface Point {
  /** Seconds since 1970 UTC, ascending, each once: as the chart wants it. */
  time: number;
  value: number;
}

type Trade = Pick<Schemas["TradeView"], "closed_ms" | "net_pnl">;

/** Capital and what closed trades have made of it; from 0 where the capital at their beginning is not known. */
export function equityPoints(trades: readonly Trade[], start: number | null): Point[] {
  const closed = [...trades].sort((one, other) => one.closed_ms - other.closed_ms);
  const points = new Map<number, number>();
  let equity = start ?? 0;
  const first = closed[0];
  if (first) points.set(Math.floor(first.closed_ms / 1000) - 1, equity);
  for (const { closed_ms: ms, net_pnl: net } of closed) {
    if (isNumber(net)) equity += net;
    points.set(Math.floor(ms / 1000), equity);
  }
  return [...points].map(([time, value]) => ({ time, value }));
}
