import { expect, test } from "vitest";
import { draftOf, isSame, parsed, shown, WHOLE, withCell, wordsChanged } from "./draft";
import { type Entry, rangeOf, type Shape, shapeOf, sharedRange } from "./shape";

const NUMBER = { type: "number", minimum: 0, maximum: 10 };
const shape = (json_schema: Record<string, unknown>): Shape => shapeOf({ json_schema } as unknown as Entry);
const PAIR = { type: "array", prefixItems: [{ type: "number" }, NUMBER], minItems: 2, maxItems: 2 };
const ROWS = shape({ type: "array", items: PAIR, minItems: 1 });
const WORDS = shape({ type: "array", items: { type: "string" } });
const LAGS = shape({ type: "array", items: { type: "integer", minimum: 1, maximum: 64 } });
const TUPLE = shape({
  type: "array",
  prefixItems: [{ type: "number", exclusiveMinimum: 0, maximum: 5 }, { type: "number" }],
});

test("a definition says how a value is edited", () => {
  expect(shape({ type: "boolean" })).toMatchObject({ form: "cell", cell: { kind: "switch" } });
  expect(shape({ type: "string", enum: ["a", "b"] })).toMatchObject({
    form: "cell",
    cell: { kind: "choice", choices: ["a", "b"] },
  });
  expect(shape(NUMBER)).toMatchObject({ form: "cell", cell: { kind: "number", low: 0, high: 10 } });
  expect(LAGS).toMatchObject({ form: "list", cell: { kind: "integer", high: 64 } });
  expect(ROWS).toMatchObject({ form: "rows", least: 1 });
  expect(TUPLE).toMatchObject({ form: "tuple", cells: [{ low: 0, isLowOpen: true }, { low: null }] });
  expect(shape({ type: "object" })).toEqual({ form: "other" });
  expect(shape({ type: "array", items: { type: "object" } })).toEqual({ form: "other" });
});

test("a number is taken with a point, without separators, and within its bounds alone", () => {
  const wrongOf = (text: string, schema: Record<string, unknown> = NUMBER) =>
    parsed(shape(schema), [[text]]).wrong.get("0.0");
  expect(parsed(shape(NUMBER), [[" 2.5 "]])).toMatchObject({ value: 2.5 });
  expect(wrongOf("2,5")).toBe("no number");
  expect(wrongOf("1,000", { type: "number" })).toBe("no number");
  expect(wrongOf("")).toBe("no number");
  expect(wrongOf("-1")).toBe("too low");
  expect(wrongOf("11")).toBe("too high");
  expect(wrongOf("2.5", { type: "integer" })).toBe("no whole number");
  expect(wrongOf("0", { type: "number", exclusiveMinimum: 0 })).toBe("too low");
  expect(wrongOf("-1e3", { type: "number" })).toBeUndefined();
});

test("a value becomes a draft and comes back as it was", () => {
  for (const [form, value] of [
    [shape(NUMBER), 2.5],
    [shape({ type: "boolean" }), true],
    [WORDS, ["BTC", "ETH"]],
    [LAGS, [1, 2, 4]],
    [TUPLE, [0.6, 7]],
    [
      ROWS,
      [
        [0.03, 5],
        [0.3, 1],
      ],
    ],
    [shape({ type: "object" }), { a: 1 }],
  ] as const) {
    expect(parsed(form, draftOf(form, value))).toEqual({ value, wrong: new Map(), missing: 0 });
  }
});

test("what is wrong is known by row and column", () => {
  const draft = withCell(
    draftOf(ROWS, [
      [1, 2],
      [3, 4],
    ]),
    1,
    1,
    "99",
  );
  expect([...parsed(ROWS, draft).wrong]).toEqual([["1.1", "too high"]]);
  expect(parsed(WORDS, [[" "]]).wrong.get("0.0")).toBe("empty");
  expect(parsed(shape({ type: "object" }), [["{"]]).wrong.get(WHOLE)).toBe("no JSON");
});

test("a table with too few rows says how many are missing", () => {
  expect(parsed(ROWS, []).missing).toBe(1);
  expect(parsed(WORDS, []).missing).toBe(0);
});

test("bounds are shown as they are meant, once where all cells share them", () => {
  const open = shape({ type: "number", exclusiveMinimum: 0, maximum: 5 });
  expect(open.form === "cell" ? rangeOf(open.cell) : "").toBe("0 < … ≤ 5");
  expect(sharedRange(LAGS)).toBe("1 ≤ … ≤ 64");
  expect(sharedRange(ROWS)).toBe("");
  expect(sharedRange(shape({ type: "boolean" }))).toBe("");
});

test("lists are read as words and rows as pairs", () => {
  expect(shown(["BTC", "ETH"])).toBe("BTC, ETH");
  expect(
    shown([
      [0.03, 50],
      [0.3, 5],
    ]),
  ).toBe("0.03:\u00a050 · 0.3:\u00a05");
  expect(shown(0.5)).toBe("0.5");
  expect(isSame([1, [2]], [1, [2]])).toBe(true);
});

test("of long lists of words what has come and gone is told", () => {
  expect(wordsChanged(["BTC", "ETH"], ["ETH", "SOL"])).toBe("+SOL, −BTC");
  expect(wordsChanged([1, 2], [1])).toBeUndefined();
  expect(wordsChanged("a", "b")).toBeUndefined();
});
