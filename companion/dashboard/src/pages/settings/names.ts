import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

/** The five volatility levels, by which many settings have a value each. */
const LEVELS: readonly MessageDescriptor[] = [
  msg`very low`,
  msg`low`,
  msg`normal`,
  msg`high`,
  msg`very high`,
];

/** What the cells of a fixed row stand for; undefined: they are numbered. */
export function tupleNames(key: string, count: number): readonly (MessageDescriptor | string)[] | undefined {
  if (count === LEVELS.length) return LEVELS;
  if (key === "levels.volatility_limits") return LEVELS.slice(1);
  if (key === "exits.partial_take_profit.multiples") return ["TP1", "TP2", "TP3"];
  return key === "leverage.mtf_multipliers" ? ["0", "1", "2", "3"] : undefined;
}

/** The columns of a table as its help names them: `Rows (spread % at most, base leverage).` */
export function columnNames(help: string, count: number): string[] {
  const inside = /\(([^()]*)\)/.exec(help)?.[1] ?? "";
  const names = inside.split(inside.includes(";") ? ";" : ",").map((name) => name.trim());
  return names.length === count && inside !== ""
    ? names
    : Array.from({ length: count }, (_, at) => String(at + 1));
}
