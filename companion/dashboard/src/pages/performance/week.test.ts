import { expect, test } from "vitest";
import type { Schemas } from "../../api/client";
import { byPlace, isFew, placeOf, strengthOf } from "./week";

test("an hour without trades has no place, and is not one with a result of 0", () => {
  const hours = [{ weekday: 2, hour: 23, figures: { net_pnl: 0 } }] as Schemas["HourFigures"][];
  expect(byPlace(hours).get(placeOf(2, 23))).toBe(hours[0]);
  expect(byPlace(hours).get(placeOf(3, 23))).toBeUndefined();
});

test("the largest result has the full colour, the smallest is still seen, and nothing has none", () => {
  expect(strengthOf(-8, 8)).toBe(1);
  expect(strengthOf(0.001, 8)).toBeGreaterThan(0.14);
  expect(strengthOf(0, 8)).toBe(0);
  expect(strengthOf(null, 8)).toBe(0);
  expect(strengthOf(1, 0)).toBe(0);
});

test("fewer than thirty trades are few", () => {
  expect(isFew(29)).toBe(true);
  expect(isFew(30)).toBe(false);
});
