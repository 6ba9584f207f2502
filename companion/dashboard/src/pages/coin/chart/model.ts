/** What the chart of a coin shows, without the chart. */

export interface Candle {
  /** Opening time, ms. */
  time: number;
  open: number;
  high: number;
  low: number;
  close: number;
}

export type LineName = "entry" | "stop" | "target" | "liquidation" | "price";

export interface PriceLine {
  name: LineName;
  price: number;
  label: string;
  /** Of an order that nobody has placed: what an entry of the last candle would have. */
  isWish: boolean;
}

export interface Marker {
  time: number;
  kind: "entry" | "exit";
  isLong: boolean;
  text: string;
}

export interface Pane {
  id: string;
  label: string;
  /** By candle; null where nothing was counted. */
  values: readonly { time: number; value: number | null }[];
  /** Lines that the values are compared with. */
  limits: readonly number[];
}

export interface CoinChart {
  candles: readonly Candle[];
  lines: readonly PriceLine[];
  markers: readonly Marker[];
  panes: readonly Pane[];
  decimals: number;
  /** Told of the candle under the pointer (its opening time, ms), undefined when there is none. */
  onHover: (time: number | undefined) => void;
}

/** The opening time of the candle in which a moment lies; undefined where the candles do not reach. */
export function candleOf(candles: readonly Candle[], ms: number, candleMs: number): number | undefined {
  const first = candles[0];
  const last = candles.at(-1);
  if (!first || !last || ms < first.time) return undefined;
  return Math.min(last.time, first.time + Math.floor((ms - first.time) / candleMs) * candleMs);
}
