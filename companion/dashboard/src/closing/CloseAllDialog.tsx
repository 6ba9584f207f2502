import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { ConfirmedAction } from "../actions/ConfirmedAction";
import { answered, api, type Schemas } from "../api/client";
import { Dialog } from "../parts/Dialog";
import { Failed, Loading } from "../parts/Panel";
import { PositionList } from "./PositionList";

type Emergency = Schemas["Emergency"];

/** First step: ask the companion what would be closed. Second: send its token back. */
export function CloseAllDialog({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const [first, setFirst] = useState<Emergency>();
  const [error, setError] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt asks for a token of its own
  useEffect(() => {
    setError(undefined);
    answered(api.POST("/api/v1/emergency-close", { body: { pause: true } })).then(setFirst, setError);
  }, [attempt]);
  if (first) return <SecondStep first={first} onClose={onClose} />;
  return (
    <Dialog title={t`Close all positions`} onClose={onClose}>
      {error ? <Failed error={error} onRetry={() => setAttempt(attempt + 1)} /> : <Loading />}
    </Dialog>
  );
}

function SecondStep({ first, onClose }: { first: Emergency; onClose: () => void }) {
  const { t } = useLingui();
  const [isPausing, setPausing] = useState(true);
  const count = first.positions.length;
  const run = () =>
    answered(api.POST("/api/v1/emergency-close", { body: { token: first.token, pause: isPausing } }));
  return (
    <ConfirmedAction
      title={t`Close all positions`}
      verb={t`Close ${count} at the market price`}
      run={run}
      said={(done) => <Results results={done.results} />}
      isDangerous
      onClose={onClose}
    >
      <p>
        <Plural
          value={count}
          one="# position of all bots is closed now:"
          other="# positions of all bots are closed now:"
        />
      </p>
      <PositionList positions={first.positions.map((each) => ({ ...each, key: each.id }))} />
      <label className="check">
        <input type="checkbox" checked={isPausing} onChange={(event) => setPausing(event.target.checked)} />
        <Trans>Open nothing new until entries are allowed again</Trans>
      </label>
      <p className="muted">
        <Trans>This question is valid for 30 seconds.</Trans>
      </p>
    </ConfirmedAction>
  );
}

function Results({ results }: { results: Record<string, string> }) {
  return (
    <>
      <p>
        <Trans>The bots say:</Trans>
      </p>
      <ul>
        {Object.entries(results).map(([bot, text]) => (
          <li key={bot}>
            <strong>{bot}</strong> {text}
          </li>
        ))}
      </ul>
    </>
  );
}
