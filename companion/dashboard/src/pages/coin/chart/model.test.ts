import { expect, it } from "vitest";
import { candleOf } from "./model";
import { MOST_PANES, withPane } from "./panes";

const candles = [0, 300_000, 600_000].map((time) => ({ time, open: 1, high: 1, low: 1, close: 1 }));

it("puts a trade into the candle in which it happened, and one of the forming candle into the last", () => {
  expect(candleOf(candles, 299_999, 300_000)).toBe(0);
  expect(candleOf(candles, 300_000, 300_000)).toBe(300_000);
  expect(candleOf(candles, 1_000_000, 300_000)).toBe(600_000);
  expect(candleOf(candles, -1, 300_000)).toBeUndefined();
  expect(candleOf([], 1, 300_000)).toBeUndefined();
});

it("keeps at most so many panes, the last chosen", () => {
  expect(withPane([0], 3)).toEqual([0, 3]);
  expect(withPane([0, 3], 0)).toEqual([3]);
  expect(withPane([1, 2, 3, 4], 5)).toEqual([2, 3, 4, 5]);
  expect(withPane([1, 2, 3, 4], 5)).toHaveLength(MOST_PANES);
});
