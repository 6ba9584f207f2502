/** From what the API answers to what the chart shows. */
import type { Schemas } from "../../../api/client";
import type { PositionRow } from "../../../feed/rows";
import { isNumber, type Value } from "../../../format/formatter";
import { type Candle, candleOf, type LineName, type Marker, type Pane, type PriceLine } from "./model";
import { SCORE } from "./panes";

type Candles = Schemas["CoinCandles"];
type Decisions = Candles["decisions"];
type Trade = Schemas["TradeView"];

/** Candles that the memory has; one with a hole in it is left out. */
export function candlesOf({ time, open, high, low, close }: Candles): Candle[] {
  const candles: Candle[] = [];
  for (const [place, at] of time.entries()) {
    const prices = [open[place], high[place], low[place], close[place]].filter(isNumber);
    const [first, top, bottom, last] = prices;
    if (first === undefined || top === undefined || bottom === undefined || last === undefined) continue;
    candles.push({ time: at, open: first, high: top, low: bottom, close: last });
  }
  return candles;
}

/** The panes of choice: the score with what it needs, and layers by their number. */
export function panesOf(
  answer: Candles,
  chosen: readonly number[],
  labels: ReadonlyMap<number, string>,
): Pane[] {
  return chosen.map((number) => ({
    id: String(number),
    label: labels.get(number) ?? String(number),
    values: number === SCORE ? scoresOf(answer.decisions) : pointsOf(answer, number),
    limits: number === SCORE ? [answer.decisions.minimum.findLast(isNumber)].filter(isNumber) : [],
  }));
}

function scoresOf({ time, score }: Decisions): Pane["values"] {
  return time.map((at, place) => ({ time: at, value: score[place] ?? null }));
}

function pointsOf({ layers, decisions }: Candles, number: number): Pane["values"] {
  const row = layers.findIndex((layer) => layer.number === number);
  return decisions.time.map((at, place) => ({ time: at, value: decisions.points[place]?.[row] ?? null }));
}

export type LineLabels = Readonly<Record<LineName, string>>;

interface Levels {
  position: PositionRow | undefined;
  decision: Pick<Schemas["CoinView"], "side" | "entry_price" | "stop_price" | "target_price">;
  price: Value;
  labels: LineLabels;
}

/** The levels of the open position; without one, those that an entry of the last candle would have. */
export function linesOf({ position, decision, price, labels }: Levels): PriceLine[] {
  const isWish = position === undefined;
  const levels: [LineName, Value][] = position
    ? [
        ["entry", position.entry_price],
        ["stop", position.stop?.price],
        ["target", position.target?.price],
        ["liquidation", position.liquidation?.price],
      ]
    : [
        ["entry", decision.entry_price],
        ["stop", decision.stop_price],
        ["target", decision.target_price],
      ];
  return [...levels, ["price", price] as const].flatMap(([name, value]) =>
    isNumber(value) ? [{ name, price: value, label: labels[name], isWish }] : [],
  );
}

interface Deals {
  trades: readonly Pick<Trade, "side" | "opened_ms" | "closed_ms" | "net_pct">[];
  position: PositionRow | undefined;
  candles: readonly Candle[];
  candleMs: number;
  percent: (value: Value) => string;
}

/** Entries and exits at their candles, in the order of time. */
export function markersOf({ trades, position, candles, candleMs, percent }: Deals): Marker[] {
  const markers: Marker[] = [];
  const add = (ms: number, marker: Omit<Marker, "time">) => {
    const time = candleOf(candles, ms, candleMs);
    if (time !== undefined) markers.push({ time, ...marker });
  };
  for (const { side, opened_ms: opened, closed_ms: closed, net_pct: net } of trades) {
    const isLong = side !== "SHORT";
    add(opened, { kind: "entry", isLong, text: side });
    add(closed, { kind: "exit", isLong, text: percent(net) });
  }
  if (position) {
    add(position.opened_ms, { kind: "entry", isLong: position.side !== "SHORT", text: position.side });
  }
  return markers.sort((one, other) => one.time - other.time);
}
