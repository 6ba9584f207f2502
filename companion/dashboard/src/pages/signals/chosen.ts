import type { SignalEntry } from "../../feed/rows";

export const WHICH = ["all", "accepted", "rejected"] as const;
export type Which = (typeof WHICH)[number];

/** More rows than a person reads. */
export const SHOWN = 100;

/** The wanted entries, newest first; those of one candle by their score. */
export function chosenSignals(entries: readonly SignalEntry[], which: Which): SignalEntry[] {
  const wanted = entries.filter((each) => which === "all" || each.accepted === (which === "accepted"));
  return wanted
    .sort((one, other) => other.time - one.time || (other.score ?? 0) - (one.score ?? 0))
    .slice(0, SHOWN);
}
