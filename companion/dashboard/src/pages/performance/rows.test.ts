import { expect, test } from "vitest";
import type { Schemas } from "../../api/client";
import { bestAndWorst, hoursInOrder, largestOf } from "./rows";

const row = (name: string, net: number | null) =>
  ({ name, figures: { net_pnl: net } }) as Schemas["NamedFigures"];

test("of many coins the best and the worst are shown, of few all", () => {
  const many = Array.from({ length: 40 }, (_, place) => row(`${place}`, -place));
  expect(bestAndWorst(many).map((each) => each.name)).toEqual([
    ...["0", "1", "2", "3", "4", "5", "6", "7"],
    ...["32", "33", "34", "35", "36", "37", "38", "39"],
  ]);
  expect(bestAndWorst(many.slice(0, 5))).toHaveLength(5);
});

test("hours stand as the day has them", () => {
  expect(hoursInOrder([row("10", 1), row("9", 1), row("0", 1)]).map((each) => each.name)).toEqual([
    "0",
    "9",
    "10",
  ]);
});

test("bars share the scale of the largest result, and a table of nothing has none", () => {
  expect(largestOf([row("a", -5), row("b", 3), row("c", null)])).toBe(5);
  expect(largestOf([])).toBe(0);
});
