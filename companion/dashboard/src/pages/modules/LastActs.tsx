import { Trans, useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useAudit } from "../../api/queries";
import { useFormatter } from "../../format/useFormatter";
import { Empty, Panel, Shown } from "../../parts/Panel";
import { aboutOf } from "./acts";

type Act = Schemas["AuditEntry"];
const SHOWN = 30;
const DONE = "done";
const ASKED = "asked";

/** What was done by hand, and what became of it: the newest of the audit log. */
export function LastActs() {
  const { t } = useLingui();
  const asked = useAudit(SHOWN);
  return (
    <Panel title={t`Last acts`}>
      <Shown asked={asked} rows={2}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>
              <Trans>Nothing was done by hand yet.</Trans>
            </Empty>
          ) : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard
            <section className="table-box" tabIndex={0} aria-label={t`Last acts`}>
              <ul className="entry-list">
                {items.map((act) => (
                  <ActLine key={act.id} act={act} />
                ))}
              </ul>
            </section>
          )
        }
      </Shown>
    </Panel>
  );
}

function ActLine({ act }: { act: Act }) {
  const { t } = useLingui();
  const format = useFormatter();
  const outcomes: Record<string, string> = { [DONE]: t`done`, [ASKED]: t`asked` };
  const about = aboutOf(act);
  const isFailed = !(act.outcome in outcomes);
  return (
    <li>
      <div className="entry-content">
        <span className="muted">{format.dateTime(act.time_ms)}</span>
        <strong>{useActName(act.what)}</strong>
        {about ? <span>{about}</span> : null}
        <span className="muted">{act.who}</span>
        <span className={isFailed ? "module-wrong" : ""}>{outcomes[act.outcome] ?? act.outcome}</span>
      </div>
    </li>
  );
}

/** An act that has no words here yet is shown as the log has it. */
function useActName(what: string): string {
  const { t } = useLingui();
  const words: Record<string, string> = {
    "scanner.start": t`scanner started`,
    "scanner.stop": t`scanner stopped`,
    "lock.delete": t`lock removed`,
    "killswitch.clear": t`kill-switch block ended`,
    "blacklist.add": t`blacklisted`,
    "blacklist.remove": t`taken off the blacklist`,
    "settings.change": t`settings changed`,
    "settings.reload": t`bots reloaded`,
    "stoploss_guard.clear": t`stop-loss guard cleared`,
    "entries.pause": t`entries paused`,
    "entries.resume": t`entries allowed`,
    "position.close": t`position closed`,
    "emergency.close": t`everything closed`,
  };
  return words[what] ?? what;
}
