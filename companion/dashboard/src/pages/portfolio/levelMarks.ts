import type { PositionRow } from "../../feed/rows";
import { isNumber, type Value } from "../../format/formatter";

export type MarkName = "liquidation" | "stop" | "entry" | "mark" | "target";

export interface AxisMark {
  name: MarkName;
  /** Place in % of the axis: loss is at the left, gain at the right, for both sides. */
  place: number;
  price: number;
  /** Lies beyond the end of the axis, and is drawn at it. */
  isBeyond: boolean;
}

/** Room beyond the outermost level, as a share of the axis. */
const MARGIN = 0.08;
/** How many times the distance of the stop the liquidation may be away to be drawn to scale. */
const FARTHEST = 2.5;

/** Where the levels of a position stand on one axis. */
export function axisOf(position: PositionRow): readonly AxisMark[] {
  const { entry_price: entry, mark_price: mark, stop, target, liquidation } = position;
  if (!isNumber(entry) || entry <= 0) return [];
  const direction = position.side === "SHORT" ? -1 : 1;
  const move = (price: number) => direction * (price / entry - 1);
  const levels: [MarkName, Value][] = [
    ["liquidation", liquidation?.price],
    ["stop", stop?.price],
    ["entry", entry],
    ["target", target?.price],
    ["mark", mark],
  ];
  const known = levels.filter((level): level is [MarkName, number] => isNumber(level[1]));
  const inner = known.filter(([name]) => name !== "liquidation").map(([, price]) => move(price));
  const [low, high] = scaleOf(inner, isNumber(liquidation?.price) ? move(liquidation.price) : undefined);
  return known.map(([name, price]) => {
    const place = ((move(price) - low) / (high - low)) * 100;
    return { name, price, place: Math.min(100, Math.max(0, place)), isBeyond: place < 0 || place > 100 };
  });
}

function scaleOf(inner: readonly number[], liquidation: number | undefined): [number, number] {
  const lowest = Math.min(...inner);
  const highest = Math.max(...inner);
  const isNear = liquidation !== undefined && liquidation > lowest * FARTHEST;
  const low = isNear ? Math.min(lowest, liquidation) : lowest;
  const room = Math.max(highest - low, 1e-6) * MARGIN;
  return [low - room, highest + room];
}
