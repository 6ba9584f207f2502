import { expect, it } from "vitest";
import type { PositionRow } from "../../feed/rows";
import { byDanger } from "./danger";

const row = (key: string, state: string, distance: number | null) =>
  ({ key, state, stop: distance === null ? null : { distance_pct: distance } }) as PositionRow;

it("puts the position nearest to its stop first, and orders that wait last", () => {
  const rows = [
    row("waiting", "entry order", null),
    row("far", "open", 3),
    row("near", "open", 0.5),
    row("without a stop", "open", null),
  ];
  expect(rows.sort(byDanger).map(({ key }) => key)).toEqual(["without a stop", "near", "far", "waiting"]);
});
