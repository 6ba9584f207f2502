import { expect, test } from "vitest";
import type { Schemas } from "../../api/client";
import { decimalsOf, groupsOf } from "./features";

const line = (feature: string, group: string) => ({ feature, group }) as Schemas["FeatureLine"];

test("lines stand in their groups, in the order in which they came", () => {
  const groups = groupsOf([line("CLOSE", "a"), line("ATR", "b"), line("ZSCORE", "a")]);
  expect(groups.map(([name, lines]) => [name, lines.map((each) => each.feature)])).toEqual([
    ["a", ["CLOSE", "ZSCORE"]],
    ["b", ["ATR"]],
  ]);
});

test("a value has four significant digits and no more than eight decimals", () => {
  expect([104_228, 1.5151, 0.00652, 2e-12].map(decimalsOf)).toEqual([0, 3, 6, 8]);
  expect([null, 0].map(decimalsOf)).toEqual([2, 2]);
});
