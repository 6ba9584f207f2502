import { type RefObject, useRef } from "react";

interface Wish<Row> {
  rows: ReadonlyMap<string, Row>;
  compare: (one: Row, other: Row) => number;
  /** A new value is a reason to sort again: another candle, another column. */
  moment: unknown;
  /** While pointer or focus is in here, nothing moves. */
  within: RefObject<HTMLElement | null>;
}

/** Keys in an order that stays: rows that move under a pointer make people click on the wrong one. */
export function useSteadyOrder<Row>({ rows, compare, moment, within }: Wish<Row>): readonly string[] {
  const kept = useRef<{ keys: readonly string[]; moment: unknown }>({ keys: [], moment: undefined });
  const isSame = kept.current.keys.length === rows.size && kept.current.keys.every((key) => rows.has(key));
  if (!isSame || (kept.current.moment !== moment && !isInUse(within.current))) {
    const sorted = [...rows].sort(([, one], [, other]) => compare(one, other)).map(([key]) => key);
    kept.current = { keys: sorted, moment };
  }
  return kept.current.keys;
}

export function isInUse(element: HTMLElement | null): boolean {
  return element !== null && (element.matches(":hover") || element.contains(document.activeElement));
}
