import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { ConfirmedAction } from "../../actions/ConfirmedAction";
import { answered, api, type Schemas } from "../../api/client";
import { useFeedState } from "../../feed/useFeed";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { Failed, Loading } from "../../parts/Panel";

type Reload = Schemas["Reload"];

/** Has the bots read Freqtrade's own configuration again, which costs orders that wait. */
export function ReloadBots() {
  const isLive = useFeedState().phase === "live";
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button disabled={!isLive} onClick={() => setOpen(true)}>
        <Trans>Reload the bots…</Trans>
      </Button>
      {isOpen ? <FirstStep onClose={() => setOpen(false)} /> : null}
    </>
  );
}

const reload = (confirm: boolean) => answered(api.POST("/api/v1/settings/reload", { body: { confirm } }));

/** First step: ask the companion what a reload would take and cancel. */
function FirstStep({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const [bots, setBots] = useState<Reload[]>();
  const [error, setError] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt asks again
  useEffect(() => {
    setError(undefined);
    reload(false).then((found) => setBots(found.bots), setError);
  }, [attempt]);
  if (bots) return <SecondStep bots={bots} onClose={onClose} />;
  return (
    <Dialog title={t`Reload the bots`} onClose={onClose}>
      {error ? <Failed error={error} onRetry={() => setAttempt(attempt + 1)} /> : <Loading />}
    </Dialog>
  );
}

function SecondStep({ bots, onClose }: { bots: readonly Reload[]; onClose: () => void }) {
  const { t } = useLingui();
  return (
    <ConfirmedAction
      title={t`Reload the bots`}
      verb={t`Reload now`}
      run={() => reload(true)}
      said={(done) => <Results bots={done.bots} />}
      isDangerous={bots.some((bot) => bot.cancels.length > 0)}
      onClose={onClose}
    >
      <p>
        <Trans>
          Each bot reads Freqtrade's configuration again. No setting of this page needs it. Open positions
          stay; a bot that is stopped is started.
        </Trans>
      </p>
      <ul className="stack">
        {bots.map((bot) => (
          <Costs key={bot.bot} bot={bot} />
        ))}
      </ul>
    </ConfirmedAction>
  );
}

function Costs({ bot }: { bot: Reload }) {
  const taken = bot.reload_needed.join(", ");
  const cancelled = bot.cancels.join(", ");
  return (
    <li>
      <strong>{bot.bot}</strong>{" "}
      {taken ? <Trans>takes {taken}.</Trans> : <Trans>has nothing of its parameter file to take.</Trans>}{" "}
      {cancelled ? (
        <strong className="cell-problem">
          <Trans>Entry orders that are cancelled: {cancelled}.</Trans>
        </strong>
      ) : (
        <Trans>No entry order waits: nothing is cancelled.</Trans>
      )}
    </li>
  );
}

function Results({ bots }: { bots: readonly Reload[] }) {
  const { t } = useLingui();
  return (
    <ul>
      {bots.map((bot) => (
        <li key={bot.bot}>
          <strong>{bot.bot}</strong> {bot.done ? t`reloads now` : bot.detail}
        </li>
      ))}
    </ul>
  );
}
