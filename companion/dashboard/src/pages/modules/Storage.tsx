import { Trans, useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useFormatter } from "../../format/useFormatter";
import { Age } from "../../parts/Age";
import { Figure } from "../../parts/Figure";
import { Panel } from "../../parts/Panel";
import { NotHere } from "./Streams";

/** A candle is sealed soon after its close; later than that, one is missing. */
const SEAL_LIMIT_MS = 360_000;
const MEGABYTE = 1_000_000;

export function RecorderPanel({ recorder }: { recorder: Schemas["RecorderView"] | null }) {
  const { t } = useLingui();
  const format = useFormatter();
  if (recorder === null) return <NotHere title={t`Recorder`} />;
  const voids = Object.entries(recorder.void).map(([why, count]) => `${why} ${count}`);
  const alarms = recorder.alarms.join(", ");
  return (
    <Panel title={t`Recorder`}>
      <div className="cards">
        <Figure label={t`State`}>
          {recorder.recording ? t`records` : <span className="age-old">{t`does not record`}</span>}
        </Figure>
        <Figure label={t`Last seal, age`}>
          <Age ms={recorder.sealed_close_ms ?? 0} limitMs={SEAL_LIMIT_MS} />
        </Figure>
        <Figure label={t`Sealed after, ms`}>{format.number(recorder.sealed_after_ms, 0)}</Figure>
        <Figure label={t`Sealed`}>{format.number(recorder.sealed, 0)}</Figure>
        <Figure label={t`Without a row`}>{voids.join(", ") || format.number(0, 0)}</Figure>
        <Figure label={t`Archive, MB`}>{format.number(recorder.archive_bytes / MEGABYTE, 1)}</Figure>
        <Figure label={t`Archive, days`}>{format.number(recorder.archive_days, 0)}</Figure>
        <Figure label={t`Failed writes`}>{format.number(recorder.write_errors, 0)}</Figure>
      </div>
      {alarms ? (
        <p className="module-note age-old">
          <Trans>No coin has had these inputs for long: {alarms}.</Trans>
        </p>
      ) : null}
      {recorder.last_error ? <p className="module-note module-wrong">{recorder.last_error}</p> : null}
    </Panel>
  );
}

interface StoreProperties {
  store: Schemas["StoreView"] | null;
  lease: Schemas["LeaseView"] | null;
}

export function StorePanel({ store, lease }: StoreProperties) {
  const { t } = useLingui();
  const format = useFormatter();
  if (store === null) return <NotHere title={t`Database`} />;
  return (
    <Panel title={t`Database`}>
      <div className="cards">
        <Figure label={t`Kind`}>{store.kind}</Figure>
        <Figure label={t`State`}>
          {store.writable ? t`can be written` : <span className="age-old">{t`cannot be written`}</span>}
        </Figure>
        <Figure label={t`Entries that wait for it`}>{format.number(store.late, 0)}</Figure>
        {lease ? (
          <>
            <Figure label={t`This instance`}>
              {lease.active ? t`active` : <span className="age-old">{t`passive`}</span>}
            </Figure>
            <Figure label={t`Since`}>{format.dateTime(lease.since_ms)}</Figure>
            <Figure label={t`Takeovers`}>{format.number(lease.takeovers, 0)}</Figure>
          </>
        ) : null}
      </div>
      {[store.problem, lease?.problem ?? ""].filter(Boolean).map((problem) => (
        <p key={problem} className="module-note module-wrong">
          {problem}
        </p>
      ))}
    </Panel>
  );
}
