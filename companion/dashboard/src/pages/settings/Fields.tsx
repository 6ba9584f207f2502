import { useLingui } from "@lingui/react/macro";
import { CellField } from "../../definitions/CellField";
import { placeOf, WHOLE, withCell } from "../../definitions/draft";
import type { Cell, Entry, Shape } from "../../definitions/shape";
import { ChoicesField, WordsField } from "./ListField";
import { columnNames, tupleNames } from "./names";
import { type FieldProperties, RowsField } from "./RowsField";

interface Properties extends FieldProperties {
  entry: Entry;
  shape: Shape;
}

/** The fields of a setting's shape. */
export function Fields({ entry, shape, ...rest }: Properties) {
  switch (shape.form) {
    case "cell":
      return <TupleField labels={[entry.key]} cells={[shape.cell]} isLabelled={false} {...rest} />;
    case "tuple":
      return <NamedTuple entry={entry} cells={shape.cells} {...rest} />;
    case "rows":
      return (
        <RowsField cells={shape.cells} columns={columnNames(entry.text, shape.cells.length)} {...rest} />
      );
    case "list":
      return <List entry={entry} cell={shape.cell} {...rest} />;
    default:
      return <Json entry={entry} {...rest} />;
  }
}

function List({ entry, cell, ...rest }: FieldProperties & { entry: Entry; cell: Cell }) {
  if (cell.kind === "choice") return <ChoicesField choices={cell.choices} {...rest} />;
  if (cell.kind === "text") return <WordsField label={entry.key} {...rest} />;
  return <RowsField cells={[cell]} columns={[entry.name]} {...rest} />;
}

function NamedTuple({ entry, cells, ...rest }: FieldProperties & { entry: Entry; cells: readonly Cell[] }) {
  const { i18n } = useLingui();
  const names = tupleNames(entry.key, cells.length);
  const labels = cells.map((_, at) => {
    const name = names?.[at] ?? String(at + 1);
    return typeof name === "string" ? name : i18n._(name);
  });
  return <TupleField labels={labels} cells={cells} isLabelled {...rest} />;
}

interface TupleProperties extends FieldProperties {
  cells: readonly Cell[];
  labels: readonly string[];
  /** Whether the labels are seen: a single cell stands beside its name. */
  isLabelled: boolean;
}

function TupleField({ cells, labels, isLabelled, draft, problems, onChange }: TupleProperties) {
  return (
    <div className="tuple-field">
      {cells.map((cell, column) => (
        <div key={labels[column]} className="field">
          {isLabelled ? <span className="muted small">{labels[column]}</span> : null}
          <CellField
            cell={cell}
            label={labels[column] ?? ""}
            text={draft[0]?.[column] ?? ""}
            problem={problems.get(placeOf(0, column)) ?? ""}
            onChange={(text) => onChange(withCell(draft, 0, column, text))}
          />
        </div>
      ))}
    </div>
  );
}

/** A shape that nothing else fits: as it is written. */
function Json({ entry, draft, problems, onChange }: FieldProperties & { entry: Entry }) {
  return (
    <textarea
      className="input json-field"
      rows={4}
      aria-label={entry.key}
      aria-invalid={problems.has(WHOLE)}
      value={draft[0]?.[0] ?? ""}
      onChange={(event) => onChange([[event.target.value]])}
    />
  );
}
