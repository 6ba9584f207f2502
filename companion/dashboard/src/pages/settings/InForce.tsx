import { Trans, useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { Panel } from "../../parts/Panel";
import { useMayTrade } from "../../session/useRole";
import { ReloadBots } from "./ReloadBots";

type State = Schemas["SettingsState"];

/** Which settings are in force, and which bots say that they run with them. */
export function InForce({ state }: { state: State }) {
  const { t } = useLingui();
  const mayTrade = useMayTrade();
  const { version, digest } = state;
  return (
    <Panel title={t`In force`} beside={mayTrade ? <ReloadBots /> : null}>
      <p className="why">
        <Trans>
          Version {version}, digest <code>{digest}</code>.
        </Trans>{" "}
        {state.applied ? (
          <strong className="gain">
            ✓ <Trans>Every bot runs with them.</Trans>
          </strong>
        ) : (
          <strong className="age-old">
            <Trans>Not every bot has said yet that it runs with them.</Trans>
          </strong>
        )}
      </p>
      <ul className="applied">
        {state.bots.map((bot) => (
          <AppliedAt key={bot.bot} bot={bot} />
        ))}
      </ul>
    </Panel>
  );
}

function AppliedAt({ bot }: { bot: State["bots"][number] }) {
  const waiting = bot.reload_needed.join(", ");
  return (
    <li>
      <strong>{bot.bot}</strong>
      <Said bot={bot} />
      {bot.digest ? <code>{bot.digest}</code> : null}
      {waiting ? (
        <span className="age-old">
          <Trans>
            Freqtrade's own <strong>{waiting}</strong> has changed: only a reload takes it.
          </Trans>
        </span>
      ) : null}
    </li>
  );
}

function Said({ bot }: { bot: State["bots"][number] }) {
  const { t } = useLingui();
  if (bot.applied) return <span className="gain">✓ {t`runs with them`}</span>;
  const words = bot.applied === false ? t`not yet` : t`not known`;
  return (
    <span className="age-old">
      {words}
      {bot.detail ? `: ${bot.detail}` : ""}
    </span>
  );
}
