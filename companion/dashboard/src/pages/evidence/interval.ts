export interface Interval {
  mean: number | null;
  low: number | null;
  high: number | null;
}

type Known = Record<keyof Interval, number>;

export function isKnown(interval: Interval): interval is Known {
  return interval.mean !== null && interval.low !== null && interval.high !== null;
}

/** Where intervals stand on one axis that holds 0 and all of them: shares of its length from the left. */
export function axisOf(intervals: readonly Interval[]): (value: number) => number {
  const ends = intervals.filter(isKnown).flatMap(({ low, high }) => [low, high]);
  const least = Math.min(0, ...ends);
  const most = Math.max(0, ...ends);
  const span = most - least;
  return (value) => (span === 0 ? 0.5 : (value - least) / span);
}
