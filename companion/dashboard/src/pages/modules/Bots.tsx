import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { ConfirmedAction } from "../../actions/ConfirmedAction";
import { answered, api, type Schemas } from "../../api/client";
import { usePortfolio } from "../../api/queries";
import { useFormatter } from "../../format/useFormatter";
import { Empty, Panel, Shown } from "../../parts/Panel";
import { EntryList } from "./EntryList";

type Bot = Schemas["BotAccount"];
type State = "running" | "paused" | "stopped";
const RUNNING = "running";
const PAUSED = "paused";

/** Each bot: what it does, since when, what went wrong last; entries are paused and allowed again here. */
export function Bots() {
  const { t } = useLingui();
  const asked = usePortfolio();
  const [paused, setPaused] = useState<string>();
  const [resumed, setResumed] = useState<string>();
  const rows = (bots: readonly Bot[], state: string, onAsk: (bot: string) => void) =>
    bots
      .filter((bot) => (bot.state === PAUSED) === (state === PAUSED))
      .map((each) => {
        const { bot } = each;
        return {
          key: bot,
          label: state === PAUSED ? t`Allow entries of ${bot}` : t`Pause entries of ${bot}`,
          content: <BotFacts bot={each} />,
          ...(each.state === state ? { onAsk: () => onAsk(bot) } : {}),
        };
      });
  return (
    <Panel title={t`Bots`}>
      <Shown asked={asked} rows={1}>
        {({ bots }) => (
          <>
            {bots.length === 0 ? <Empty>{t`No bot is watched.`}</Empty> : null}
            <EntryList verb={t`Pause entries…`} entries={rows(bots, RUNNING, setPaused)} />
            <EntryList verb={t`Allow entries…`} entries={rows(bots, PAUSED, setResumed)} />
          </>
        )}
      </Shown>
      {paused ? <Pause bot={paused} onClose={() => setPaused(undefined)} /> : null}
      {resumed ? <Resume bot={resumed} onClose={() => setResumed(undefined)} /> : null}
    </Panel>
  );
}

function BotFacts({ bot }: { bot: Bot }) {
  const { t } = useLingui();
  const format = useFormatter();
  const words: Record<State, string> = {
    running: t`runs`,
    paused: t`paused: no new entries, positions are managed`,
    stopped: t`stopped: nothing is managed`,
  };
  const modes: Record<string, string> = { dry_run: t`dry run`, live: t`live, real money` };
  const state = bot.reachable ? (words[bot.state as State] ?? bot.state) : t`does not answer`;
  const since = format.dateTime(bot.since_ms);
  const answeredAt = bot.asked_ms > 0 ? format.dateTime(bot.asked_ms) : format.notAvailable;
  return (
    <>
      <strong>{bot.bot}</strong>
      <span className={bot.reachable && bot.state === RUNNING ? "" : "age-old"}>{state}</span>
      <span className="muted">{modes[bot.run_mode ?? ""] ?? bot.run_mode}</span>
      <span className="muted">
        {bot.reachable ? (
          <Trans>
            answers since {since}, last whole answer {answeredAt}
          </Trans>
        ) : (
          <Trans>
            silent since {since}, last whole answer {answeredAt}
          </Trans>
        )}
      </span>
      {bot.last_error ? <span className="module-wrong">{bot.last_error}</span> : null}
    </>
  );
}

interface ChangeProperties {
  bot: string;
  onClose: () => void;
}

function Pause({ bot, onClose }: ChangeProperties) {
  const { t } = useLingui();
  return (
    <ConfirmedAction
      title={t`Pause entries of ${bot}`}
      verb={t`Pause`}
      run={() => answered(api.POST("/api/v1/pause", { body: { bot } }))}
      said={(done) => <Says bots={done.bots} />}
      onClose={onClose}
    >
      <p>
        <Trans>
          The bot <strong>{bot}</strong> enters nothing new until entries are allowed again, or until it is
          restarted. Its positions stay, with their stops and exits.
        </Trans>
      </p>
    </ConfirmedAction>
  );
}

function Resume({ bot, onClose }: ChangeProperties) {
  const { t } = useLingui();
  return (
    <ConfirmedAction
      title={t`Allow entries of ${bot}`}
      verb={t`Allow`}
      run={() => answered(api.POST("/api/v1/resume", { body: { bot } }))}
      said={(done) => <Says bots={done.bots} />}
      onClose={onClose}
    >
      <p>
        <Trans>
          The bot <strong>{bot}</strong> enters again at its next accepted signal.
        </Trans>
      </p>
    </ConfirmedAction>
  );
}

function Says({ bots }: { bots: readonly Schemas["BotEntries"][] }) {
  return (
    <ul>
      {bots.map(({ bot, state, result }) => (
        <li key={bot}>
          <strong>{bot}</strong> {state}: {result}
        </li>
      ))}
    </ul>
  );
}
