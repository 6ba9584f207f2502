import { expect, test } from "vitest";
import { Problem } from "../../api/problem";
import { WHOLE } from "../../definitions/draft";
import type { Entry, Shape } from "../../definitions/shape";
import { EVERYTHING, partsOf, sectionsOf } from "./chosen";
import { columnNames, tupleNames } from "./names";
import { isOtherVersion, refusedPlaces } from "./refusal";
import { merged } from "./words";

const entry = (key: string, text: string, changed: boolean) =>
  ({ key, section: key.slice(0, key.lastIndexOf(".")), text, changed }) as Entry;

test("the search looks at names and words; parts and changed ones can be seen alone", () => {
  const hours = entry("exits.force.hours", "Hours until a position is closed.", true);
  const stop = entry("levels.sl_atr", "Stop in ATR.", false);
  const found = (wanted: Partial<typeof EVERYTHING>) =>
    sectionsOf([hours, stop], { ...EVERYTHING, ...wanted }).map(([name]) => name);
  expect(found({ search: "HOURS closed" })).toEqual(["exits.force"]);
  expect(found({ onlyChanged: true })).toEqual(["exits.force"]);
  expect(found({ part: "levels" })).toEqual(["levels"]);
  expect(found({})).toEqual(["exits.force", "levels"]);
  expect(partsOf([hours, stop])).toEqual(["exits", "levels"]);
});

test("the companion's word against a value stands at the field it is about", () => {
  const rows: Shape = { form: "rows", cells: [], least: 1 };
  const problem = new Problem(422, "invalid-request", "", "", undefined, [
    { field: "changes.leverage.spread_steps.0.1", detail: "a number" },
    { field: "changes.leverage.spread_steps", detail: "not rising" },
    { field: "changes.leverage.spread", detail: "another one" },
  ]);
  expect([...refusedPlaces(problem, "leverage.spread_steps", rows)]).toEqual([
    ["0.1", "a number"],
    [WHOLE, "not rising"],
  ]);
  expect([...refusedPlaces(problem, "leverage.spread_steps", { form: "list" } as Shape)][0]?.[0]).toBe("0.0");
});

test("another version is told from values that do not fit each other", () => {
  const conflict = (errors: Problem["errors"]) => new Problem(409, "conflict", "", "", undefined, errors);
  expect(isOtherVersion(conflict([]))).toBe(true);
  expect(isOtherVersion(conflict([{ field: "changes.a.b", detail: "too much" }]))).toBe(false);
});

test("columns have the names of the help, and numbers where it gives none", () => {
  expect(columnNames("Rows (spread % at most, base leverage).", 2)).toEqual([
    "spread % at most",
    "base leverage",
  ]);
  expect(columnNames("Rows (24 h volume above, in USDT; spread %).", 2)).toEqual([
    "24 h volume above, in USDT",
    "spread %",
  ]);
  expect(columnNames("Rows.", 2)).toEqual(["1", "2"]);
  expect(tupleNames("exits.partial_take_profit.multiples", 3)).toEqual(["TP1", "TP2", "TP3"]);
  expect(tupleNames("levels.stop_by_level", 5)).toHaveLength(5);
  expect(tupleNames("a.b", 2)).toBeUndefined();
});

test("a word is in a list once", () => {
  expect(merged(["BTC"], ["ETH", "BTC"])).toEqual(["BTC", "ETH"]);
});
