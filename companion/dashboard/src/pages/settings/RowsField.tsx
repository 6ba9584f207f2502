import { Trans, useLingui } from "@lingui/react/macro";
import { Plus, X } from "lucide-react";
import { CellField } from "../../definitions/CellField";
import { type Draft, type Place, placeOf, withCell } from "../../definitions/draft";
import type { Cell } from "../../definitions/shape";
import { Button } from "../../parts/Button";

export interface FieldProperties {
  draft: Draft;
  /** What is wrong where, in words. */
  problems: ReadonlyMap<Place, string>;
  onChange: (draft: Draft) => void;
}

interface Properties extends FieldProperties {
  cells: readonly Cell[];
  columns: readonly string[];
}

/** Rows of the same cells, as many as are wanted: each can be taken out, and one put at the end. */
export function RowsField({ cells, columns, draft, problems, onChange }: Properties) {
  const { t } = useLingui();
  return (
    <div className="rows-field">
      <table className="table">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
            <th scope="col">
              <span className="visually-hidden">{t`Take out`}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {draft.map((_, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row is nothing but its place
            <Row key={row} {...{ cells, columns, draft, problems, onChange, row }} />
          ))}
        </tbody>
      </table>
      <Button onClick={() => onChange([...draft, cells.map(() => "")])}>
        <Plus size={14} aria-hidden="true" />
        <Trans>Another row</Trans>
      </Button>
    </div>
  );
}

function Row(properties: Properties & { row: number }) {
  const { t } = useLingui();
  const { draft, onChange, row } = properties;
  const number = row + 1;
  return (
    <tr>
      <Cells {...properties} />
      <td>
        <Button
          kind="quiet"
          aria-label={t`Take out row ${number}`}
          onClick={() => onChange(draft.filter((_, at) => at !== row))}
        >
          <X size={14} aria-hidden="true" />
        </Button>
      </td>
    </tr>
  );
}

function Cells({ cells, columns, draft, problems, onChange, row }: Properties & { row: number }) {
  return cells.map((cell, column) => (
    <td key={columns[column]}>
      <CellField
        cell={cell}
        label={`${columns[column]}, ${row + 1}`}
        text={draft[row]?.[column] ?? ""}
        problem={problems.get(placeOf(row, column)) ?? ""}
        onChange={(text) => onChange(withCell(draft, row, column, text))}
      />
    </td>
  ));
}
