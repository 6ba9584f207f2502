import { expect, it } from "vitest";
import type { Schemas } from "../../../api/client";
import { decidedAt } from "./decidedAt";
import { candlesOf, linesOf, markersOf, panesOf } from "./shown";

const FIVE_MINUTES = 300_000;
const answer: Schemas["CoinCandles"] = {
  pair: "SOL/USDT:USDT",
  symbol: "SOLUSDT",
  candle_ms: FIVE_MINUTES,
  time: [0, FIVE_MINUTES, 2 * FIVE_MINUTES],
  open: [10, null, 11],
  high: [11, null, 12],
  low: [9, null, 10],
  close: [10.5, null, 11.5],
  volume: [1, null, 3],
  layers: [
    { number: 17, name: "funding" },
    { number: 19, name: "macd" },
  ],
  decisions: {
    time: [FIVE_MINUTES, 2 * FIVE_MINUTES],
    recorded: [false, true],
    gate: ["Z", "SCORE_LOW"],
    side: [null, "LONG"],
    zscore: [0.4, -2.1],
    threshold: [1.6, 1.6],
    score: [null, 40],
    minimum: [null, 48],
    entry_price: [null, 11.4],
    stop_price: [null, 11],
    target_price: [null, 12],
    points: [null, [null, 5]],
  },
};

it("leaves out a candle that the memory does not have", () => {
  expect(candlesOf(answer).map((candle) => candle.time)).toEqual([0, 2 * FIVE_MINUTES]);
});

it("takes a layer's points by its number, and never as 0 where nothing was counted", () => {
  const [score, macd, funding] = panesOf(answer, [0, 19, 17], new Map([[19, "19 macd"]]));
  expect(score?.values.map((one) => one.value)).toEqual([null, 40]);
  expect(score?.limits).toEqual([48]);
  expect(macd?.label).toBe("19 macd");
  expect(macd?.values.map((one) => one.value)).toEqual([null, 5]);
  expect(funding?.values.map((one) => one.value)).toEqual([null, null]);
});

it("says what was decided at a candle, and whether it was decided then", () => {
  expect(decidedAt(answer, 2 * FIVE_MINUTES)).toMatchObject({ gate: "SCORE_LOW", score: 40, recorded: true });
  expect(decidedAt(answer, FIVE_MINUTES)).toMatchObject({ gate: "Z", recorded: false });
  expect(decidedAt(answer, 0)).toBeUndefined();
  expect(decidedAt(answer, undefined)).toBeUndefined();
});

const labels = { entry: "Entry", stop: "Stop", target: "Target", liquidation: "Liquidation", price: "Price" };
const decision = { side: "LONG", entry_price: 11.4, stop_price: 11, target_price: null };
const position = {
  side: "SHORT",
  opened_ms: FIVE_MINUTES + 1,
  entry_price: 12,
  stop: { price: 13 },
  target: { price: 10 },
  liquidation: { price: 20 },
} as never;

it("draws the levels of the open position, else those that an entry would have", () => {
  const wished = linesOf({ position: undefined, decision: decision as never, price: 11.5, labels });
  expect(wished.map((line) => [line.name, line.price, line.isWish])).toEqual([
    ["entry", 11.4, true],
    ["stop", 11, true],
    ["price", 11.5, true],
  ]);
  const real = linesOf({ position, decision: decision as never, price: null, labels });
  expect(real.map((line) => [line.name, line.price, line.isWish])).toEqual([
    ["entry", 12, false],
    ["stop", 13, false],
    ["target", 10, false],
    ["liquidation", 20, false],
  ]);
});

it("puts entries and exits at their candles in the order of time, and leaves out what lies before them", () => {
  const trades = [
    { side: "LONG", opened_ms: -5, closed_ms: 10, net_pct: 1.5 },
    { side: "LONG", opened_ms: 20, closed_ms: 2 * FIVE_MINUTES + 5, net_pct: -1 },
  ];
  const found = markersOf({
    trades,
    position,
    candles: candlesOf(answer),
    candleMs: FIVE_MINUTES,
    percent: (value) => `${value}%`,
  });
  expect(found.map((marker) => [marker.time, marker.kind, marker.text])).toEqual([
    [0, "exit", "1.5%"],
    [0, "entry", "LONG"],
    [FIVE_MINUTES, "entry", "SHORT"],
    [2 * FIVE_MINUTES, "exit", "-1%"],
  ]);
});
