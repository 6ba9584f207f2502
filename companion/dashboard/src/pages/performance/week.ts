import type { Schemas } from "../../api/client";

type Hour = Schemas["HourFigures"];

export const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
export const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6] as const;

/** An hour of the week by its place; undefined where no trade has closed. */
export function byPlace(hours: readonly Hour[]): ReadonlyMap<string, Hour> {
  return new Map(hours.map((hour) => [placeOf(hour.weekday, hour.hour), hour]));
}

export function placeOf(weekday: number, hour: number): string {
  return `${weekday} ${hour}`;
}

const FAINTEST = 0.15;

/** How strongly a result is coloured: its share of the largest one, and never so faint that it looks like none. */
export function strengthOf(net: number | null, largest: number): number {
  if (net === null || net === 0 || largest === 0) return 0;
  return FAINTEST + (1 - FAINTEST) * Math.min(1, Math.abs(net) / largest);
}

/** With fewer trades than this a mean says next to nothing; the evidence asks for as many. */
export const FEWEST = 30;

export function isFew(trades: number): boolean {
  return trades < FEWEST;
}
