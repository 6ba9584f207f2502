import { expect, it } from "vitest";
import { equityPoints } from "./equity";

it("adds up trades in the order of their closing, one point a second", () => {
  const trades = [
    { closed_ms: 3_000, net_pnl: 5 },
    { closed_ms: 2_000, net_pnl: -2 },
    { closed_ms: 2_400, net_pnl: null },
  ];
  expect(equityPoints(trades, 100)).toEqual([
    { time: 1, value: 100 },
    { time: 2, value: 98 },
    { time: 3, value: 103 },
  ]);
  expect(equityPoints(trades, null).at(-1)?.value).toBe(3);
  expect(equityPoints([], 100)).toEqual([]);
});
