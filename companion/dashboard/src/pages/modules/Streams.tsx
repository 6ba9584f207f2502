import { Trans, useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useModules } from "../../api/queries";
import { useFormatter } from "../../format/useFormatter";
import { Figure } from "../../parts/Figure";
import { Panel } from "../../parts/Panel";

type Streams = NonNullable<Schemas["StreamsView"]>;

/** The market's streams: whether they live, how many coins can be decided, and why the others cannot. */
export function StreamsPanel({ streams }: { streams: Streams | null }) {
  const { t } = useLingui();
  if (streams === null) return <NotHere title={t`Streams`} />;
  return (
    <Panel title={t`Streams`}>
      <Figures streams={streams} />
      <Stale reasons={streams.stale} />
    </Panel>
  );
}

function Figures({ streams }: { streams: Streams }) {
  const { t } = useLingui();
  const format = useFormatter();
  const { connections, weight, backfill } = streams;
  const open = connections.filter((one) => one.connected).length;
  const ages = connections.map((one) => one.age_seconds).filter((age) => age !== null);
  const reconnects = connections.reduce((sum, one) => sum + one.reconnects, 0);
  return (
    <div className="cards">
      <Figure label={t`State`}>
        {streams.running ? t`run` : <span className="age-old">{t`stopped`}</span>}
      </Figure>
      <Figure label={t`Connections`}>
        {format.number(open, 0)} / {format.number(connections.length, 0)}
      </Figure>
      <Figure label={t`Last message, age`}>
        {format.duration(ages.length > 0 ? Math.min(...ages) : null)}
      </Figure>
      <Figure label={t`Reconnects`}>{format.number(reconnects, 0)}</Figure>
      <Figure label={t`Coins to decide`}>
        {format.number(streams.fresh, 0)} / {format.number(streams.coins, 0)}
      </Figure>
      <Figure label={t`Whole window`}>
        {format.number(backfill.backfilled, 0)} / {format.number(backfill.coins, 0)}
      </Figure>
      <Figure label={t`Over REST`}>{format.number(streams.over_rest, 0)}</Figure>
      <Figure label={t`Request weight`}>
        {format.number(weight.used, 0)} / {format.number(weight.limit, 0)}
      </Figure>
      <Figure label={t`Clock offset, ms`}>{format.number(streams.clock_offset_ms, 0)}</Figure>
    </div>
  );
}

function Stale({ reasons }: { reasons: Record<string, number> }) {
  const { t } = useLingui();
  const format = useFormatter();
  const coins = useModules().data?.ws_manager.stale ?? [];
  const words: Record<string, string> = {
    backfill: t`candles are not there yet`,
    gap: t`candles are missing`,
    candle: t`the newest candle is overdue`,
    ticker: t`no ticker`,
    lost: t`the connection was lost, candles are checked`,
  };
  const counts = Object.entries(reasons).map(
    ([reason, count]) => `${words[reason] ?? reason}: ${format.number(count, 0)}`,
  );
  if (counts.length === 0) return null;
  return (
    <div className="module-note">
      <p className="age-old">{counts.join(" · ")}</p>
      <p className="muted">{coins.join(", ")}</p>
    </div>
  );
}

/** A part that this service does not run. */
export function NotHere({ title }: { title: string }) {
  return (
    <Panel title={title}>
      <p className="module-note muted">
        <Trans>Does not run in this service.</Trans>
      </p>
    </Panel>
  );
}
