import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useMemo } from "react";
import type { OpportunityRow } from "../../feed/rows";
import { COLUMNS, type Column } from "./columns";
import { view } from "./view";

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
const helper = createColumnHelper<typeof features, OpportunityRow>();

/** null is n/a, and stands last in either direction: the table knows that of undefined alone. */
const sortable = (column: Column) =>
  helper.accessor((row) => column.value(row) ?? undefined, {
    id: column.id,
    sortUndefined: "last",
    sortFn: (one, other, id) => compared(one.getValue(id), other.getValue(id)),
  });
const columns = helper.columns([
  helper.accessor((row) => row.key, {
    id: "key",
    sortFn: (one, other, id) => compared(one.getValue(id), other.getValue(id)),
  }),
  ...COLUMNS.map(sortable),
]);

function compared(one: unknown, other: unknown): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one).localeCompare(String(other), "en");
}

/** Keys of the rows in the order of choice. */
export function useSortedKeys(
  rows: readonly OpportunityRow[],
  sorting: { id: string; desc: boolean },
): readonly string[] {
  const data = useMemo(() => [...rows], [rows]);
  const state = useMemo(() => ({ sorting: [sorting] }), [sorting]);
  const table = useTable({
    features,
    columns,
    data,
    state,
    getRowId: (row) => row.key,
    onSortingChange: (change) => {
      const [wanted] = typeof change === "function" ? change([view.get().sorting]) : change;
      if (wanted) view.update({ sorting: wanted });
    },
  });
  return table.getRowModel().rows.map((row) => row.id);
}
