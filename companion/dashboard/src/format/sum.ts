import { isNumber, type Value } from "./formatter";

/** A sum that is n/a as soon as one of its parts is. */
export function sumOf(values: readonly Value[]): number | null {
  return values.every(isNumber) ? values.reduce((sum, value) => sum + value, 0) : null;
}
