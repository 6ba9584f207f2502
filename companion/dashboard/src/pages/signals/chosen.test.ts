import { expect, test } from "vitest";
import type { SignalEntry } from "../../feed/rows";
import { chosenSignals, SHOWN } from "./chosen";

const signal = (time: number, score: number | null, accepted: boolean) =>
  ({ time, score, accepted }) as SignalEntry;

test("the newest stand first, and of one candle those with the highest score", () => {
  const entries = [signal(1, 90, true), signal(2, 70, false), signal(2, null, false), signal(2, 80, true)];
  expect(chosenSignals(entries, "all").map((each) => [each.time, each.score])).toEqual([
    [2, 80],
    [2, 70],
    [2, null],
    [1, 90],
  ]);
});

test("accepted and rejected ones can be seen alone, and the feed's own entries stay as they are", () => {
  const entries = [signal(1, 90, true), signal(2, 70, false)];
  expect(chosenSignals(entries, "accepted")).toEqual([entries[0]]);
  expect(chosenSignals(entries, "rejected")).toEqual([entries[1]]);
  expect(entries.map((each) => each.time)).toEqual([1, 2]);
});

test("no more are drawn than a person reads", () => {
  const many = Array.from({ length: 3 * SHOWN }, (_, time) => signal(time, 1, true));
  expect(chosenSignals(many, "all")).toHaveLength(SHOWN);
});
