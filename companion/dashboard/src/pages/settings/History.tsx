import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { Schemas } from "../../api/client";
import { useSettingsHistory } from "../../api/queries";
import { shown, wordsChanged } from "../../definitions/draft";
import { useFormatter } from "../../format/useFormatter";
import { Link } from "../../navigation/Link";
import { addressOf } from "../../navigation/route";
import { Button } from "../../parts/Button";
import { Empty, Panel, Shown } from "../../parts/Panel";

const FIRST = 5;
const MORE = 50;

/** Who has changed which setting when, from what to what; newest first. */
export function History() {
  const { t } = useLingui();
  const [limit, setLimit] = useState(FIRST);
  const asked = useSettingsHistory(limit);
  const total = asked.data?.total ?? 0;
  return (
    <Panel title={total > 0 ? t`History of changes (${total})` : t`History of changes`}>
      <Shown asked={asked} rows={1}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>
              <Trans>Nothing has been changed here: what the files say is in force.</Trans>
            </Empty>
          ) : (
            <ol className="history">
              {items.map((change) => (
                <Version key={change.version} change={change} />
              ))}
            </ol>
          )
        }
      </Shown>
      {total > limit ? (
        <p className="why">
          <Button onClick={() => setLimit(limit + MORE)}>
            <Trans>Older ones</Trans>
          </Button>
        </p>
      ) : null}
    </Panel>
  );
}

function Version({ change }: { change: Schemas["ChangeEntry"] }) {
  const format = useFormatter();
  const { version, who } = change;
  const at = format.dateTime(change.time_ms);
  return (
    <li>
      <span className="muted small">
        <Trans>
          Version {version}, {at}, by {who}
        </Trans>
      </span>
      {Object.entries(change.changes).map(([key, { before, after }]) => (
        <span key={key} className="history-change">
          <Link href={addressOf("settings", key)}>{key}</Link> <FromTo before={before} after={after} />
        </span>
      ))}
    </li>
  );
}

function FromTo({ before, after }: { before: unknown; after: unknown }) {
  const words = wordsChanged(before, after);
  if (words) return <strong>{words}</strong>;
  return (
    <>
      {shown(before)} <span aria-hidden="true">→</span> <strong>{shown(after)}</strong>
    </>
  );
}
