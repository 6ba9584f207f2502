import type { Schemas } from "../../api/client";

type Line = Schemas["FeatureLine"];

/** The lines of each group, groups in the order of their first line. */
export function groupsOf(lines: readonly Line[]): [string, Line[]][] {
  const groups = new Map<string, Line[]>();
  for (const line of lines) groups.set(line.group, [...(groups.get(line.group) ?? []), line]);
  return [...groups];
}

/** Four significant digits, at most eight decimals. */
export function decimalsOf(value: number | null): number {
  if (value === null || value === 0) return 2;
  return Math.min(8, Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value)))));
}
