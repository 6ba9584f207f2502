import { Trans, useLingui } from "@lingui/react/macro";
import { useId, useState } from "react";
import { Button } from "../../parts/Button";
import { choicesOf, type Entry, kindOf, parsed, textOf, type Wrong } from "./value";

interface Properties {
  entry: Entry;
  onWanted: (value: number | string | boolean) => void;
  onCancel: () => void;
}

/** Takes a value of the setting's kind and says at once what is wrong with it. */
export function Editor({ entry, onWanted, onCancel }: Properties) {
  const [text, setText] = useState(textOf(entry.value));
  const found = parsed(entry, text);
  const problem = useId();
  return (
    <form
      className="setting-editor"
      onSubmit={(event) => {
        event.preventDefault();
        if ("value" in found) onWanted(found.value);
      }}
    >
      <Field entry={entry} text={text} problem={problem} isWrong={"wrong" in found} onChange={setText} />
      <Button type="submit" kind="primary" disabled={"wrong" in found || text === textOf(entry.value)}>
        <Trans>Save…</Trans>
      </Button>
      <Button onClick={onCancel}>
        <Trans>Cancel</Trans>
      </Button>
      <p id={problem} className="loss small" role="status">
        {"wrong" in found ? <Reason wrong={found.wrong} /> : null}
      </p>
    </form>
  );
}

interface FieldProperties {
  entry: Entry;
  text: string;
  problem: string;
  isWrong: boolean;
  onChange: (text: string) => void;
}

function Field({ entry, text, problem, isWrong, onChange }: FieldProperties) {
  const kind = kindOf(entry);
  if (kind === "number") {
    return (
      <input
        className="input number"
        inputMode="decimal"
        aria-label={entry.key}
        aria-invalid={isWrong}
        aria-describedby={problem}
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  }
  const choices = kind === "switch" ? ["true", "false"] : choicesOf(entry);
  return (
    <select
      className="input"
      aria-label={entry.key}
      value={text}
      onChange={(event) => onChange(event.target.value)}
    >
      {choices.map((choice) => (
        <option key={choice}>{choice}</option>
      ))}
    </select>
  );
}

function Reason({ wrong }: { wrong: Wrong }) {
  const { t } = useLingui();
  const words: Record<Wrong, string> = {
    "no number": t`A number with a point is wanted: 9.5.`,
    "no whole number": t`A whole number is wanted.`,
    "too low": t`This is below the range.`,
    "too high": t`This is above the range.`,
  };
  return <>{words[wrong]}</>;
}
