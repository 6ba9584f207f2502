import { describe, expect, it } from "vitest";
import type { OpportunityRow } from "../../feed/rows";
import { chosenRows } from "./chosen";
import { toggled, view } from "./view";

const row = (key: string, change: Partial<OpportunityRow> = {}) =>
  ({ key, gate: "HOURS", side: null, score: null, fresh: true, stale: false, ...change }) as OpportunityRow;
const rows = [
  row("BTCUSDT", { gate: "SCORE_PASS", side: "SHORT", score: 94 }),
  row("ETHUSDT"),
  row("1000PEPEUSDT", { fresh: false }),
];
const keys = (change: object, gate: string | null = null) =>
  chosenRows(rows, { ...view.get(), ...change }, gate).map((one) => one.key);

describe("which coins are shown", () => {
  it("finds parts of a name in any case", () => {
    expect(keys({ search: " pepe " })).toEqual(["1000PEPEUSDT"]);
    expect(keys({ search: "xyz" })).toEqual([]);
  });

  it("follows the preset and the gate", () => {
    expect(keys({ preset: "accepted" })).toEqual(["BTCUSDT"]);
    expect(keys({ preset: "short" })).toEqual(["BTCUSDT"]);
    expect(keys({ preset: "stale" })).toEqual(["1000PEPEUSDT"]);
    expect(keys({ preset: "favourites", favourites: ["ETHUSDT"] })).toEqual(["ETHUSDT"]);
    expect(keys({}, "HOURS")).toEqual(["ETHUSDT", "1000PEPEUSDT"]);
  });

  it("adds and removes a name", () => {
    expect(toggled(["a"], "b")).toEqual(["a", "b"]);
    expect(toggled(["a", "b"], "a")).toEqual(["b"]);
  });
});
