import type { OpportunityRow } from "../../feed/rows";
import type { Preset, View } from "./view";

const OF_PRESET: Record<Preset, (row: OpportunityRow, view: View) => boolean> = {
  all: () => true,
  favourites: (row, view) => view.favourites.includes(row.key),
  candidates: (row) => row.score !== null,
  accepted: (row) => row.gate === "SCORE_PASS",
  long: (row) => row.side === "LONG",
  short: (row) => row.side === "SHORT",
  stale: (row) => !row.fresh || row.stale === true,
};

/** The rows that search, preset and gate (a click in the funnel) leave. */
export function chosenRows(
  rows: Iterable<OpportunityRow>,
  view: View,
  gate: string | null,
): OpportunityRow[] {
  const wanted = view.search.trim().toUpperCase();
  return [...rows].filter(
    (row) =>
      (wanted === "" || row.key.includes(wanted)) &&
      (gate === null || row.gate === gate) &&
      OF_PRESET[view.preset](row, view),
  );
}
