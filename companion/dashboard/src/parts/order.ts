import { isNumber, type Value } from "../format/formatter";

/** Compares by size; what is not available comes last, in either direction. */
export function byNumber(one: Value, other: Value, isDescending = false): number {
  if (!isNumber(one) || !isNumber(other)) return Number(isNumber(other)) - Number(isNumber(one));
  return isDescending ? other - one : one - other;
}
