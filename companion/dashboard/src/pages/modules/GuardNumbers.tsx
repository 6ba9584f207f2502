import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useSettings } from "../../api/queries";
import { CellField } from "../../definitions/CellField";
import { draftOf, isSame, parsed, placeOf } from "../../definitions/draft";
import { type Entry, rangeOf, type Shape, shapeOf } from "../../definitions/shape";
import { useWrongWords } from "../../definitions/useWrongWords";
import { useFeedState } from "../../feed/useFeed";
import { Button } from "../../parts/Button";
import type { GuardChange } from "./ChangeGuard";

const SECTION = "guards.stoploss_frequency";
const NUMBERS = ["lookback_minutes", "max_stoplosses", "cooldown_minutes"] as const;
type Name = (typeof NUMBERS)[number];
type Texts = Record<Name, string>;

/** The guard's numbers, in the ranges of their settings. */
export function GuardNumbers({ onWanted }: { onWanted: (change: GuardChange) => void }) {
  const entries = useSettings().data?.settings;
  const found = NUMBERS.map((name) => entries?.find((entry) => entry.key === `${SECTION}.${name}`));
  const [lookback, stops, lock] = found;
  if (!lookback || !stops || !lock) return null;
  const known = { lookback_minutes: lookback, max_stoplosses: stops, cooldown_minutes: lock };
  // Somebody else's change is a new beginning: nothing typed over old values is sent.
  return <Form key={found.map((entry) => entry?.value).join()} entries={known} onWanted={onWanted} />;
}

interface FormProperties {
  entries: Record<Name, Entry>;
  onWanted: (change: GuardChange) => void;
}

function Form({ entries, onWanted }: FormProperties) {
  const { t } = useLingui();
  const isLive = useFeedState().phase === "live";
  const [texts, setTexts] = useState<Partial<Texts>>({});
  const labels: Texts = {
    lookback_minutes: t`Look-back, minutes`,
    max_stoplosses: t`Stops that lock`,
    cooldown_minutes: t`Lock, minutes`,
  };
  const change = changeOf(entries, texts);
  return (
    <form
      className="module-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (change) onWanted(change);
      }}
    >
      {NUMBERS.map((name) => (
        <NumberField
          key={name}
          entry={entries[name]}
          label={labels[name]}
          text={texts[name]}
          onChange={(text) => setTexts({ ...texts, [name]: text })}
        />
      ))}
      <Button type="submit" disabled={!isLive || !change}>
        <Trans>Save…</Trans>
      </Button>
    </form>
  );
}

interface FieldProperties {
  entry: Entry;
  label: string;
  text: string | undefined;
  onChange: (text: string) => void;
}

function NumberField({ entry, label, text, onChange }: FieldProperties) {
  const words = useWrongWords();
  const shape = shapeOf(entry);
  if (shape.form !== "cell") return null;
  const shown = text ?? textIn(shape, entry);
  const wrong = parsed(shape, [[shown]]).wrong.get(placeOf(0, 0));
  const range = rangeOf(shape.cell);
  return (
    <div className="field">
      <span className="muted small">
        {label} <span className="number">({range})</span>
      </span>
      <CellField
        cell={shape.cell}
        label={label}
        text={shown}
        problem={wrong ? words[wrong] : ""}
        onChange={onChange}
      />
    </div>
  );
}

function textIn(shape: Shape, entry: Entry): string {
  return draftOf(shape, entry.value)[0]?.[0] ?? "";
}

/** What differs from the values in force; undefined: nothing, or something is wrong. */
function changeOf(entries: Record<Name, Entry>, texts: Partial<Texts>): GuardChange | undefined {
  const change: Partial<Record<Name, number>> = {};
  for (const name of NUMBERS) {
    const text = texts[name];
    if (text === undefined) continue;
    const { value, wrong } = parsed(shapeOf(entries[name]), [[text]]);
    if (wrong.size > 0) return undefined;
    if (!isSame(value, entries[name].value)) change[name] = Number(value);
  }
  return Object.keys(change).length > 0 ? change : undefined;
}
