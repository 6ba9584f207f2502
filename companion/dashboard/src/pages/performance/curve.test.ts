import { expect, test } from "vitest";
import type { Schemas } from "../../api/client";
import { cumulativeByDay, cumulativeByTrade } from "./curve";

test("results are added up in the order of the closes, n/a as nothing", () => {
  const trades = [
    { closed_ms: 3_000, net_pnl: -1 },
    { closed_ms: 2_000, net_pnl: null },
    { closed_ms: 1_000, net_pnl: 5 },
    { closed_ms: 3_400, net_pnl: 2 },
  ];
  expect(cumulativeByTrade(trades)).toEqual([
    { time: 1, value: 5 },
    { time: 2, value: 5 },
    { time: 3, value: 6 },
  ]);
});

test("days stand oldest first", () => {
  const days = [
    { day: "2025-01-02", cumulative: 4 },
    { day: "2025-01-01", cumulative: 1 },
  ] as Schemas["DayFigures"][];
  expect(cumulativeByDay(days).map((point) => point.value)).toEqual([1, 4]);
});
