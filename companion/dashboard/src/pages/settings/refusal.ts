import type { Problem } from "../../api/problem";
import { type Place, placeOf, WHOLE } from "../../definitions/draft";
import type { Shape } from "../../definitions/shape";

/** What the companion says is wrong with a value, by the place in the draft that it is about. */
export function refusedPlaces(problem: Problem, key: string, shape: Shape): Map<Place, string> {
  const found = new Map<Place, string>();
  for (const { field, detail } of problem.errors) {
    const whole = `changes.${key}`;
    if (field !== whole && !field.startsWith(`${whole}.`)) continue;
    found.set(placeIn(shape, field.slice(whole.length + 1)), detail);
  }
  return found;
}

/** Of `0.1` row and column; a list has one column, a fixed row is the only one. */
function placeIn(shape: Shape, rest: string): Place {
  const numbers = rest.split(".").filter((part) => /^\d+$/.test(part));
  const [first, second] = numbers.map(Number);
  if (first === undefined) return WHOLE;
  if (shape.form === "rows") return second === undefined ? WHOLE : placeOf(first, second);
  if (shape.form === "tuple") return placeOf(0, first);
  return shape.form === "list" ? placeOf(first, 0) : WHOLE;
}

/** Somebody else has changed settings since these were seen: no field is to blame. */
export function isOtherVersion(problem: Problem): boolean {
  return problem.kind === "conflict" && problem.errors.length === 0;
}
