import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { ActionButton } from "../../actions/ActionButton";
import { ConfirmedAction } from "../../actions/ConfirmedAction";
import { answered, api, type Schemas } from "../../api/client";
import { useScanner } from "../../api/queries";
import { useFormatter } from "../../format/useFormatter";
import { Age } from "../../parts/Age";
import { Figure } from "../../parts/Figure";
import { Panel, Shown } from "../../parts/Panel";

type Status = Schemas["ScannerStatus"];
const RUNNING = "running";
/** A candle has five minutes; a pass that is older is missing. */
const PASS_LIMIT_MS = 330_000;

export function Scanner() {
  const { t } = useLingui();
  const asked = useScanner();
  const isRunning = asked.data?.state === RUNNING;
  return (
    <Panel title={t`Scanner`} beside={asked.data ? <Switch isRunning={isRunning} /> : null}>
      <Shown asked={asked} rows={3}>
        {(status) => (
          <>
            <Figures status={status} />
            <Problems status={status} />
          </>
        )}
      </Shown>
    </Panel>
  );
}

function Figures({ status }: { status: Status }) {
  const { t } = useLingui();
  const format = useFormatter();
  const isRunning = status.state === RUNNING;
  return (
    <div className="cards">
      <Figure label={t`State`}>{isRunning ? t`runs` : <span className="age-old">{t`stopped`}</span>}</Figure>
      <Figure label={t`Last pass, age`}>
        <Age ms={status.published_ms} limitMs={PASS_LIMIT_MS} />
      </Figure>
      <Figure label={t`After the close, s`}>{format.number(seconds(status.delay_ms))}</Figure>
      <Figure label={t`A pass takes, ms`}>{format.number(status.duration_ms, 0)}</Figure>
      <Figure label={t`Coins, with data`}>
        {format.number(status.coins, 0)}, {format.number(status.fresh, 0)}
      </Figure>
      <Figure label={t`Accepted`}>{format.number(status.accepted, 0)}</Figure>
      <Figure label={t`Passes`}>{format.number(status.scans, 0)}</Figure>
      <Figure label={t`Pair list, age`}>
        {format.number(status.pair_list.size, 0)}, <Age ms={status.pair_list.written_ms} />
      </Figure>
    </div>
  );
}

function Problems({ status }: { status: Status }) {
  const failed = Object.entries(status.failures).map(([pair, count]) => `${pair} ${count}`);
  const told = [status.settings_problem, status.pair_list.problem, failed.join(", ")].filter(Boolean);
  return told.map((problem) => (
    <p key={problem} className="module-note module-wrong">
      {problem}
    </p>
  ));
}

function Switch({ isRunning }: { isRunning: boolean }) {
  return (
    <ActionButton asks={(onClose) => <Change isRunning={isRunning} onClose={onClose} />}>
      {isRunning ? <Trans>Stop scanning…</Trans> : <Trans>Scan again…</Trans>}
    </ActionButton>
  );
}

function Change({ isRunning: isRunningNow, onClose }: { isRunning: boolean; onClose: () => void }) {
  const { t } = useLingui();
  // As it was when the question was asked: the answer changes it.
  const [isRunning] = useState(isRunningNow);
  const stop = () => answered(api.POST("/api/v1/scanner/stop"));
  const start = () => answered(api.POST("/api/v1/scanner/start"));
  return (
    <ConfirmedAction
      title={isRunning ? t`Stop the scanner` : t`Start the scanner`}
      verb={isRunning ? t`Stop it` : t`Start it`}
      run={isRunning ? stop : start}
      said={({ state }) => (
        <p>
          {state === RUNNING ? (
            <Trans>The scanner runs.</Trans>
          ) : (
            <Trans>The scanner is stopped; what it decided last stays, and grows old.</Trans>
          )}
        </p>
      )}
      onClose={onClose}
    >
      <p>
        {isRunning ? (
          <Trans>
            No coin is decided any more, and the pair list stays as it is. Bots trade on with it; positions
            and their stops are not touched.
          </Trans>
        ) : (
          <Trans>Every coin is decided again, at once if a candle has closed meanwhile.</Trans>
        )}
      </p>
    </ConfirmedAction>
  );
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}
