import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { ConfirmedAction } from "../../actions/ConfirmedAction";
import { answered, api } from "../../api/client";
import { Problem } from "../../api/problem";
import { shown } from "../../definitions/draft";
import type { Entry } from "../../definitions/shape";
import { isOtherVersion } from "./refusal";

interface Properties {
  entry: Entry;
  /** null takes an earlier change back. */
  value: unknown;
  /** Of all settings as they were seen; a change on other ones is refused. */
  version: number;
  onRefused: (problem: Problem) => void;
  /** Whether it was done: after a refusal the value can be mended. */
  onClose: (isDone: boolean) => void;
}

export function ChangeSetting({ entry, value, version, onRefused, onClose }: Properties) {
  const { t } = useLingui();
  const [isDone, setDone] = useState(false);
  // As it was seen: it changes under the question once it is answered.
  const [before] = useState(shown(entry.value));
  const { key, home, unit } = entry;
  const after = value === null ? t`what ${home} says without the change` : `${shown(value)} ${unit}`;
  const run = async () => {
    try {
      const done = await answered(
        api.PATCH("/api/v1/settings", { body: { changes: { [key]: value }, version } }),
      );
      setDone(true);
      return done;
    } catch (error) {
      if (error instanceof Problem) onRefused(error);
      throw error;
    }
  };
  return (
    <ConfirmedAction
      title={t`Change ${key}`}
      verb={t`Change it`}
      run={run}
      said={(done) => <Written version={done.version} />}
      ifRefused={(problem) => (isOtherVersion(problem) ? <OtherVersion /> : null)}
      onClose={() => onClose(isDone)}
    >
      <p className="setting-value">
        <Trans>
          From <strong>{before}</strong> to <strong>{after}</strong>, for all bots. Levels of open positions
          stay as they are.
        </Trans>
      </p>
      <p className="muted">{entry.text}</p>
    </ConfirmedAction>
  );
}

function Written({ version }: { version: number }) {
  return (
    <p>
      <Trans>
        Written, as version {version}. Each bot takes it at the start of its next loop; above it says when all
        have.
      </Trans>
    </p>
  );
}

function OtherVersion() {
  return (
    <p>
      <Trans>
        Settings were changed meanwhile, here or elsewhere. Close this, cancel, look at the history and at the
        value as it is now, and change it again if you still want to.
      </Trans>
    </p>
  );
}
