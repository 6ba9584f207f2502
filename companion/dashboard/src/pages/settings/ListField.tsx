import { Trans, useLingui } from "@lingui/react/macro";
import { X } from "lucide-react";
import { useState } from "react";
import { placeOf } from "../../definitions/draft";
import { Button } from "../../parts/Button";
import type { FieldProperties } from "./RowsField";
import { merged } from "./words";

/** Words in a list: each with a cross, and a field for the next ones. */
export function WordsField({ draft, problems, onChange, label }: FieldProperties & { label: string }) {
  const { t } = useLingui();
  const words = draft.map(([word = ""]) => word);
  return (
    <div className="words-field">
      <ul className="words" aria-label={label}>
        {words.map((word, at) => (
          <li key={word} className="word">
            {word}
            <Button
              kind="quiet"
              aria-label={t`Take out ${word}`}
              onClick={() => onChange(draft.filter((_, place) => place !== at))}
            >
              <X size={12} aria-hidden="true" />
            </Button>
            {problems.has(placeOf(at, 0)) ? (
              <span className="cell-problem small">{problems.get(placeOf(at, 0))}</span>
            ) : null}
          </li>
        ))}
      </ul>
      <NextWord label={label} onWords={(more) => onChange(merged(words, more).map((word) => [word]))} />
    </div>
  );
}

function NextWord({ label, onWords }: { label: string; onWords: (words: string[]) => void }) {
  const { t } = useLingui();
  const [text, setText] = useState("");
  const put = () => {
    onWords(text.split(/[\s,;]+/).filter(Boolean));
    setText("");
  };
  return (
    <span className="words-next">
      <input
        className="input"
        aria-label={t`Add to ${label}`}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || text.trim() === "") return;
          // Enter here adds a word; it does not save yet.
          event.preventDefault();
          put();
        }}
      />
      <Button onClick={put} disabled={text.trim() === ""}>
        <Trans>Add</Trans>
      </Button>
    </span>
  );
}

interface ChoicesProperties extends FieldProperties {
  choices: readonly string[];
}

/** Any of a few: a box each. */
export function ChoicesField({ choices, draft, onChange }: ChoicesProperties) {
  const chosen = draft.map(([word = ""]) => word);
  return (
    <div className="choices-field">
      {choices.map((choice) => (
        <label key={choice} className="check">
          <input
            type="checkbox"
            checked={chosen.includes(choice)}
            onChange={(event) =>
              onChange(
                choices
                  .filter((each) => (each === choice ? event.target.checked : chosen.includes(each)))
                  .map((each) => [each]),
              )
            }
          />
          {choice}
        </label>
      ))}
    </div>
  );
}
