import type { Cell, Shape } from "./shape";

/** What is typed, before it is a value: rows of cells. A single value is one row of one cell, a list one cell a row. */
export type Draft = readonly (readonly string[])[];

/** What is wrong with a cell. */
export type Wrong = "no number" | "no whole number" | "too low" | "too high" | "empty" | "no JSON";

/** Where in a draft: row and column. The whole of it is {@link WHOLE}. */
export type Place = string;
export const WHOLE: Place = "";

export function placeOf(row: number, column: number): Place {
  return `${row}.${column}`;
}

/** A value as it is typed, with a point: what is edited is no text in a language. */
export function textOf(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A value as it is read: lists as words with commas, rows as pairs with a colon. */
export function shown(value: unknown): string {
  if (!Array.isArray(value)) return textOf(value);
  return value
    .map((item) => (Array.isArray(item) ? item.map(textOf).join(":\u00a0") : textOf(item)))
    .join(value.some(Array.isArray) ? " · " : ", ");
}

export function draftOf(shape: Shape, value: unknown): Draft {
  const items = Array.isArray(value) ? value : [];
  if (shape.form === "rows") return items.map((row: unknown[]) => row.map(textOf));
  if (shape.form === "tuple") return [items.map(textOf)];
  if (shape.form === "list") return items.map((item) => [textOf(item)]);
  return [[textOf(value)]];
}

export interface Parsed {
  /** Meant only where nothing is wrong. */
  value: unknown;
  wrong: ReadonlyMap<Place, Wrong>;
  /** How many rows or items are missing. */
  missing: number;
}

/** The value that a draft stands for, and what is wrong where. */
export function parsed(shape: Shape, draft: Draft): Parsed {
  const wrong = new Map<Place, Wrong>();
  const cell = (text: string, of: Cell, row: number, column: number): unknown => {
    const found = cellValue(of, text);
    if ("wrong" in found) wrong.set(placeOf(row, column), found.wrong);
    return "value" in found ? found.value : null;
  };
  const value = wholeOf(shape, draft, cell);
  if (value === undefined) wrong.set(WHOLE, "no JSON");
  const least = shape.form === "list" || shape.form === "rows" ? shape.least : 0;
  return { value, wrong, missing: Math.max(0, least - draft.length) };
}

type ReadCell = (text: string, of: Cell, row: number, column: number) => unknown;

function wholeOf(shape: Shape, draft: Draft, read: ReadCell): unknown {
  const cells = (of: readonly Cell[], row: number) =>
    of.map((one, column) => read(draft[row]?.[column] ?? "", one, row, column));
  switch (shape.form) {
    case "cell":
      return cells([shape.cell], 0)[0];
    case "tuple":
      return cells(shape.cells, 0);
    case "rows":
      return draft.map((_, row) => cells(shape.cells, row));
    case "list":
      return draft.map((_, row) => cells([shape.cell], row)[0]);
    default:
      return jsonOf(draft[0]?.[0] ?? "");
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function cellValue(cell: Cell, text: string): { value: unknown } | { wrong: Wrong } {
  if (cell.kind === "switch") return { value: text === "true" };
  if (cell.kind === "choice") return { value: text };
  const trimmed = text.trim();
  if (cell.kind === "text") return trimmed === "" ? { wrong: "empty" } : { value: trimmed };
  // A comma is refused: 1,000 is one to some and a thousand to others.
  const number = Number(trimmed);
  if (trimmed === "" || !Number.isFinite(number)) return { wrong: "no number" };
  if (cell.kind === "integer" && !Number.isInteger(number)) return { wrong: "no whole number" };
  return bounded(cell, number);
}

function bounded({ low, high, isLowOpen, isHighOpen }: Cell, value: number) {
  if (low !== null && (isLowOpen ? value <= low : value < low)) return { wrong: "too low" } as const;
  if (high !== null && (isHighOpen ? value >= high : value > high)) return { wrong: "too high" } as const;
  return { value };
}

/** Of two lists of words what the second has more (+) and less (−); undefined where they are no lists of words. */
export function wordsChanged(before: unknown, after: unknown): string | undefined {
  if (!areWords(before) || !areWords(after)) return undefined;
  const more = after.filter((word) => !before.includes(word)).map((word) => `+${word}`);
  const less = before.filter((word) => !after.includes(word)).map((word) => `−${word}`);
  return [...more, ...less].join(", ");
}

function areWords(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((word) => typeof word === "string");
}

/** Whether two values are the same setting. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A draft with one cell changed. */
export function withCell(draft: Draft, row: number, column: number, text: string): Draft {
  return draft.map((cells, at) =>
    at === row ? cells.map((each, place) => (place === column ? text : each)) : cells,
  );
}
