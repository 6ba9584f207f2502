import { isNumber, type Value } from "../../format/formatter";

export interface Bar {
  /** Shares of the whole height, from above. */
  top: number;
  height: number;
  isLoss: boolean;
}

/** Bars up and down from one zero line that share a scale; a value that is n/a has no height. */
export function heights(values: readonly Value[]): { zero: number; bars: Bar[] } {
  const known = values.filter(isNumber);
  const highest = Math.max(0, ...known);
  const lowest = Math.min(0, ...known);
  const span = highest - lowest;
  if (span === 0) return { zero: 0.5, bars: values.map(() => ({ top: 0.5, height: 0, isLoss: false })) };
  const zero = highest / span;
  const bars = values.map((value) => {
    const height = Math.abs(isNumber(value) ? value : 0) / span;
    const isLoss = isNumber(value) && value < 0;
    return { top: isLoss ? zero : zero - height, height, isLoss };
  });
  return { zero, bars };
}
