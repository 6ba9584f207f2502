import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useFeedState } from "../../feed/useFeed";
import { Button } from "../../parts/Button";
import { useMayTrade } from "../../session/useRole";
import { ChangeSetting } from "./ChangeSetting";
import { Editor } from "./Editor";
import { type Entry, kindOf, textOf } from "./value";

/** One setting. `version`: of all settings as they were seen; a change on other ones is refused. */
export function Setting({ entry, version }: { entry: Entry; version: number }) {
  return (
    <li className="setting">
      <div>
        <strong>{entry.key}</strong>
        <p className="muted">{entry.text}</p>
      </div>
      <Value entry={entry} />
      <Controls entry={entry} version={version} />
    </li>
  );
}

function Value({ entry }: { entry: Entry }) {
  const byDefault = textOf(entry.default);
  return (
    <div>
      <span className={entry.changed ? "setting-value setting-changed" : "setting-value"}>
        {textOf(entry.value)} {entry.unit}
      </span>
      {entry.changed ? (
        <p className="muted small">
          <Trans>default {byDefault}</Trans>
        </p>
      ) : null}
      <Range entry={entry} />
    </div>
  );
}

function Range({ entry }: { entry: Entry }) {
  const { low, high } = entry;
  if (low === null && high === null) return null;
  return (
    <p className="muted small">
      {low ?? "−∞"} … {high ?? "∞"}
    </p>
  );
}

function Controls({ entry, version }: { entry: Entry; version: number }) {
  const { t } = useLingui();
  const mayTrade = useMayTrade();
  const isLive = useFeedState().phase === "live";
  const [isEdited, setEdited] = useState(false);
  // undefined: nothing is asked; null: the change is to be taken back.
  const [wanted, setWanted] = useState<number | string | boolean | null>();
  if (!mayTrade) return null;
  const done = () => {
    setWanted(undefined);
    setEdited(false);
  };
  const { home, key } = entry;
  if (kindOf(entry) === "structure") {
    return (
      <p className="muted small">
        <Trans>is changed in {home}</Trans>
      </p>
    );
  }
  return (
    <div className="setting-controls">
      {isEdited ? <Editor entry={entry} onWanted={setWanted} onCancel={done} /> : null}
      {isEdited ? null : (
        <Button disabled={!isLive} aria-label={t`Change ${key}`} onClick={() => setEdited(true)}>
          <Trans>Change…</Trans>
        </Button>
      )}
      {entry.overlaid && !isEdited ? (
        <Button disabled={!isLive} onClick={() => setWanted(null)}>
          <Trans>Take back…</Trans>
        </Button>
      ) : null}
      {wanted === undefined ? null : (
        <ChangeSetting entry={entry} value={wanted} version={version} onClose={done} />
      )}
    </div>
  );
}
