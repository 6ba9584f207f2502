import { Plural, Trans } from "@lingui/react/macro";
import { useMemo, useState } from "react";
import { draftOf, isSame, type Place, parsed, WHOLE, type Wrong } from "../../definitions/draft";
import { type Entry, type Shape, shapeOf, sharedRange } from "../../definitions/shape";
import { useWrongWords } from "../../definitions/useWrongWords";
import { Button } from "../../parts/Button";
import { Fields } from "./Fields";

interface Properties {
  entry: Entry;
  /** What the companion has said against the last attempt, by place; a changed draft is a new one. */
  refused: ReadonlyMap<Place, string>;
  onWanted: (value: unknown) => void;
  onEdited: () => void;
  onCancel: () => void;
}

/** Takes a value of the setting's shape and says at once, at the field, what is wrong with it. */
export function Editor({ entry, refused, onWanted, onEdited, onCancel }: Properties) {
  const shape = useMemo(() => shapeOf(entry), [entry]);
  const [draft, setDraft] = useState(() => draftOf(shape, entry.value));
  const found = parsed(shape, draft);
  const problems = useProblems(found.wrong, refused);
  const isWrong = found.wrong.size > 0 || found.missing > 0;
  return (
    <form
      className="setting-editor"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isWrong) onWanted(found.value);
      }}
    >
      <Fields
        entry={entry}
        shape={shape}
        draft={draft}
        problems={problems}
        onChange={(changed) => {
          setDraft(changed);
          onEdited();
        }}
      />
      <Notes shape={shape} missing={found.missing} problem={problems.get(WHOLE)} />
      <div className="setting-controls">
        <Button type="submit" kind="primary" disabled={isWrong || isSame(found.value, entry.value)}>
          <Trans>Save…</Trans>
        </Button>
        <Button onClick={onCancel}>
          <Trans>Cancel</Trans>
        </Button>
      </div>
    </form>
  );
}

function useProblems(wrong: ReadonlyMap<Place, Wrong>, refused: ReadonlyMap<Place, string>) {
  const words = useWrongWords();
  const told: [Place, string][] = [...wrong].map(([place, what]) => [place, words[what]]);
  return new Map([...refused, ...told]);
}

interface NotesProperties {
  shape: Shape;
  missing: number;
  problem: string | undefined;
}

function Notes({ shape, missing, problem }: NotesProperties) {
  const range = sharedRange(shape);
  return (
    <>
      {range === "" || shape.form === "cell" ? null : <p className="muted small">{range}</p>}
      {missing > 0 ? (
        <p className="cell-problem small">
          <Plural value={missing} one="At least # more is needed." other="At least # more are needed." />
        </p>
      ) : null}
      <p className="cell-problem small" role="status">
        {problem}
      </p>
    </>
  );
}
