import { Trans, useLingui } from "@lingui/react/macro";
import { ConfirmedAction } from "../../actions/ConfirmedAction";
import { answered, api } from "../../api/client";
import { type Entry, textOf } from "./value";

interface Properties {
  entry: Entry;
  /** null takes an earlier change back. */
  value: number | string | boolean | null;
  version: number;
  onClose: () => void;
}

export function ChangeSetting({ entry, value, version, onClose }: Properties) {
  const { t } = useLingui();
  const { key } = entry;
  const before = textOf(entry.value);
  const after = value === null ? t`what the files say without the change` : textOf(value);
  return (
    <ConfirmedAction
      title={t`Change ${key}`}
      verb={t`Change it`}
      run={() => answered(api.PATCH("/api/v1/settings", { body: { changes: { [key]: value }, version } }))}
      said={() => (
        <p>
          <Trans>
            Written. Each bot takes it at the start of its next loop; above it says when all have.
          </Trans>
        </p>
      )}
      onClose={onClose}
    >
      <p>
        <Trans>
          From <strong>{before}</strong> to <strong>{after}</strong>, for all bots. Levels of open positions
          stay as they are.
        </Trans>
      </p>
      <p className="muted">{entry.text}</p>
    </ConfirmedAction>
  );
}
