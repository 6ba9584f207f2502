import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useRef, useState } from "react";
import type { Problem } from "../../api/problem";
import type { Place } from "../../definitions/draft";
import { type Entry, isEditable, shapeOf } from "../../definitions/shape";
import { useFeedState } from "../../feed/useFeed";
import { Button } from "../../parts/Button";
import { ChangeSetting } from "./ChangeSetting";
import { Editor } from "./Editor";
import { refusedPlaces } from "./refusal";

interface Properties {
  entry: Entry;
  version: number;
}

/** What is asked for: a value, or null to take the change back; and the version that was seen then. */
interface Wish {
  value: unknown;
  version: number;
}

const NOTHING: ReadonlyMap<Place, string> = new Map();

export function Controls({ entry, version }: Properties) {
  // A change that others make while this is edited must not pass for one that was seen.
  const [seen, setSeen] = useState<number>();
  const [wish, setWish] = useState<Wish>();
  const [refused, setRefused] = useState(NOTHING);
  const isEdited = seen !== undefined;
  const place = useFocusInside(isEdited);
  const { home } = entry;
  if (!isEditable(entry)) {
    return (
      <p className="muted small">
        <Trans>is changed in {home}</Trans>
      </p>
    );
  }
  const end = (isDone: boolean) => {
    setWish(undefined);
    if (isDone) setSeen(undefined);
  };
  const refuse = (problem: Problem) => setRefused(refusedPlaces(problem, entry.key, shapeOf(entry)));
  return (
    <div ref={place} className="setting-edit">
      {isEdited ? (
        <Editor
          entry={entry}
          refused={refused}
          onWanted={(value) => setWish({ value, version: seen })}
          onEdited={() => setRefused(NOTHING)}
          onCancel={() => {
            setSeen(undefined);
            setRefused(NOTHING);
          }}
        />
      ) : (
        <Buttons
          entry={entry}
          onChange={() => setSeen(version)}
          onBack={() => setWish({ value: null, version })}
        />
      )}
      {wish ? <ChangeSetting entry={entry} {...wish} onRefused={refuse} onClose={end} /> : null}
    </div>
  );
}

/** Where somebody works goes on being where the keyboard is: into the editor when it opens, back when it closes. */
function useFocusInside(isEdited: boolean) {
  const place = useRef<HTMLDivElement>(null);
  const before = useRef(isEdited);
  useEffect(() => {
    if (before.current === isEdited) return;
    before.current = isEdited;
    place.current?.querySelector<HTMLElement>("input, select, textarea, button")?.focus();
  }, [isEdited]);
  return place;
}

interface ButtonsProperties {
  entry: Entry;
  onChange: () => void;
  onBack: () => void;
}

function Buttons({ entry, onChange, onBack }: ButtonsProperties) {
  const { t } = useLingui();
  const isLive = useFeedState().phase === "live";
  const { key } = entry;
  return (
    <div className="setting-controls">
      <Button disabled={!isLive} aria-label={t`Change ${key}`} onClick={onChange}>
        <Trans>Change…</Trans>
      </Button>
      {entry.overlaid ? (
        <Button disabled={!isLive} aria-label={t`Take back the change of ${key}`} onClick={onBack}>
          <Trans>Take back…</Trans>
        </Button>
      ) : null}
    </div>
  );
}
