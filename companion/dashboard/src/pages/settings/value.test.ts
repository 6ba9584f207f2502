import { expect, test } from "vitest";
import { type Entry, kindOf, parsed, sectionsOf, textOf } from "./value";

const entry = (more: Partial<Entry>): Entry =>
  ({
    key: "a.b",
    section: "a",
    text: "",
    value: 1.5,
    low: 0,
    high: 10,
    json_schema: { type: "number" },
    ...more,
  }) as Entry;

test("a setting is edited as what it is", () => {
  expect(kindOf(entry({ value: true }))).toBe("switch");
  expect(kindOf(entry({ value: "both", json_schema: { enum: ["both", "long"] } }))).toBe("choice");
  expect(kindOf(entry({}))).toBe("number");
  expect(kindOf(entry({ value: [1, 2] }))).toBe("structure");
  expect(kindOf(entry({ section: "", value: "guide", json_schema: { enum: ["guide"] } }))).toBe("structure");
});

test("a number is taken with a point, without separators, and within its bounds alone", () => {
  expect(parsed(entry({}), " 2.5 ")).toEqual({ value: 2.5 });
  expect(parsed(entry({}), "2,5")).toEqual({ wrong: "no number" });
  expect(parsed(entry({ high: null }), "1,000")).toEqual({ wrong: "no number" });
  expect(parsed(entry({}), "")).toEqual({ wrong: "no number" });
  expect(parsed(entry({}), "two")).toEqual({ wrong: "no number" });
  expect(parsed(entry({}), "-1")).toEqual({ wrong: "too low" });
  expect(parsed(entry({}), "11")).toEqual({ wrong: "too high" });
  expect(parsed(entry({ json_schema: { type: "integer" } }), "2.5")).toEqual({ wrong: "no whole number" });
  expect(parsed(entry({ low: null, high: null }), "-1e3")).toEqual({ value: -1000 });
});

test("a switch and a choice are what was chosen", () => {
  expect(parsed(entry({ value: true }), "false")).toEqual({ value: false });
  expect(parsed(entry({ value: "a", json_schema: { enum: ["a", "b"] } }), "b")).toEqual({ value: "b" });
});

test("lists and tables are shown as they would be written", () => {
  expect(textOf([1, { a: 2 }])).toBe('[1,{"a":2}]');
  expect(textOf(0.5)).toBe("0.5");
});

test("the search looks at names and words, and changed ones can be seen alone", () => {
  const entries = [
    entry({
      key: "exits.force.hours",
      section: "exits",
      text: "Hours until a position is closed.",
      changed: true,
    }),
    entry({ key: "levels.sl_atr", section: "levels", text: "Stop in ATR.", changed: false }),
  ];
  expect(sectionsOf(entries, "HOURS closed", false)).toEqual([["exits", [entries[0]]]]);
  expect(sectionsOf(entries, "", true)).toEqual([["exits", [entries[0]]]]);
  expect(sectionsOf(entries, "", false).map(([name]) => name)).toEqual(["exits", "levels"]);
});
