import { useId } from "react";
import type { Cell } from "./shape";
import "./cell.css";

interface Properties {
  cell: Cell;
  label: string;
  text: string;
  /** What is wrong with it, in words; empty: nothing. */
  problem: string;
  onChange: (text: string) => void;
}

const SWITCH = ["true", "false"];

/** One value: typed, or chosen where there are few. What is wrong stands right below it. */
export function CellField({ cell, label, text, problem, onChange }: Properties) {
  const told = useId();
  const isChosen = cell.kind === "choice" || cell.kind === "switch";
  const attributes = {
    className: "input",
    "aria-label": label,
    "aria-invalid": problem !== "",
    "aria-describedby": told,
    value: text,
  };
  return (
    <span className="cell">
      {isChosen ? (
        <select {...attributes} onChange={(event) => onChange(event.target.value)}>
          {(cell.kind === "switch" ? SWITCH : cell.choices).map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : (
        <input
          {...attributes}
          className={cell.kind === "text" ? "input" : "input number"}
          inputMode={cell.kind === "text" ? "text" : "decimal"}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      <span id={told} className="small cell-problem" role="status">
        {problem}
      </span>
    </span>
  );
}
