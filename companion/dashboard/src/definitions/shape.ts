import type { Schemas } from "../api/client";

export type Entry = Schemas["SettingEntry"];
type Schema = Record<string, unknown>;

/** One value that is typed or chosen. A bound is null where there is none; an open bound is itself no value. */
export interface Cell {
  kind: "switch" | "choice" | "number" | "integer" | "text";
  choices: readonly string[];
  low: number | null;
  high: number | null;
  isLowOpen: boolean;
  isHighOpen: boolean;
}

/** What a value is made of: one cell, a list of any length, a fixed row of cells, or any number of such rows. */
export type Shape =
  | { form: "cell"; cell: Cell }
  | { form: "list"; cell: Cell; least: number }
  | { form: "tuple"; cells: readonly Cell[] }
  | { form: "rows"; cells: readonly Cell[]; least: number }
  | { form: "other" };

/** How a setting is edited. The profile, the one without a section, is chosen in its file alone. */
export function shapeOf({ json_schema: schema }: Entry): Shape {
  if (schema.type !== "array") return ofCell(cellOf(schema), (cell) => ({ form: "cell", cell }));
  const tuple = cellsOf(schema.prefixItems);
  if (tuple) return { form: "tuple", cells: tuple };
  const least = numberOr(schema.minItems) ?? 0;
  const items = schema.items as Schema | undefined;
  const row = cellsOf(items?.prefixItems);
  if (row) return { form: "rows", cells: row, least };
  return ofCell(cellOf(items), (cell) => ({ form: "list", cell, least }));
}

export function isEditable({ section }: Entry): boolean {
  return section !== "";
}

function ofCell(cell: Cell | undefined, made: (cell: Cell) => Shape): Shape {
  return cell ? made(cell) : { form: "other" };
}

function cellsOf(found: unknown): Cell[] | undefined {
  if (!Array.isArray(found)) return undefined;
  const cells = found.map(cellOf).filter((cell) => cell !== undefined);
  return cells.length === found.length ? cells : undefined;
}

const KINDS: Record<string, Cell["kind"]> = {
  boolean: "switch",
  number: "number",
  integer: "integer",
  string: "text",
};

function cellOf(schema: Schema | undefined): Cell | undefined {
  const kind = Array.isArray(schema?.enum) ? "choice" : KINDS[String(schema?.type)];
  if (!schema || !kind) return undefined;
  const openLow = numberOr(schema.exclusiveMinimum);
  const openHigh = numberOr(schema.exclusiveMaximum);
  return {
    kind,
    choices: Array.isArray(schema.enum) ? schema.enum.map(String) : [],
    low: openLow ?? numberOr(schema.minimum),
    high: openHigh ?? numberOr(schema.maximum),
    isLowOpen: openLow !== null,
    isHighOpen: openHigh !== null,
  };
}

function numberOr(found: unknown): number | null {
  return typeof found === "number" ? found : null;
}

/** The range of a cell as it is written: `0 < … ≤ 5`; empty without bounds. */
export function rangeOf({ low, high, isLowOpen, isHighOpen }: Cell): string {
  if (low === null && high === null) return "";
  const from = low === null ? "" : `${low} ${isLowOpen ? "<" : "≤"} `;
  const to = high === null ? "" : ` ${isHighOpen ? "<" : "≤"} ${high}`;
  return `${from}…${to}`;
}

/** The cells of a shape whose range all of them share, to be told once. */
export function sharedRange(shape: Shape): string {
  if (shape.form === "other") return "";
  const cells = "cell" in shape ? [shape.cell] : shape.cells;
  const ranges = new Set(cells.map(rangeOf));
  return ranges.size === 1 ? ([...ranges][0] ?? "") : "";
}
