import { Trans, useLingui } from "@lingui/react/macro";
import { useCoinPerformance, useDays, usePerformance } from "../../api/queries";
import { baseOf } from "../../format/names";
import { Empty, Panel, Shown } from "../../parts/Panel";
import { Breakdown } from "./Breakdown";
import { Cards } from "./Cards";
import { DayBars } from "./DayBars";
import { WeekPanel } from "./Heatmap";
import { NetCurve } from "./NetCurve";
import { bestAndWorst, hoursInOrder } from "./rows";
import "./performance.css";

/** What the closed trades earned: in all, by day, reason, side, coin and hour. Sums of what happened, no forecast. */
export default function Performance() {
  const asked = usePerformance();
  return (
    <Shown asked={asked} rows={8}>
      {(summary) =>
        summary.total.trades === 0 ? (
          <Empty>
            <Trans>No trade has been closed yet: there is nothing to add up.</Trans>
          </Empty>
        ) : (
          <Closed summary={summary} />
        )
      }
    </Shown>
  );
}

type Summary = NonNullable<ReturnType<typeof usePerformance>["data"]>;

function Closed({ summary }: { summary: Summary }) {
  const { t } = useLingui();
  const { zone } = summary;
  return (
    <div className="stack">
      <Cards summary={summary} />
      <Days zone={zone} />
      <WeekPanel zone={zone} />
      <div className="breakdowns">
        <Panel title={t`By close reason`}>
          <Breakdown rows={summary.close_reasons} title={t`By close reason`} />
        </Panel>
        <Panel title={t`By side`}>
          <Breakdown rows={summary.sides} title={t`By side`} />
        </Panel>
        <Panel title={t`Best and worst coins`}>
          <Coins />
        </Panel>
        <Panel title={t`By hour of the close, UTC`}>
          <Breakdown rows={hoursInOrder(summary.hours_utc)} title={t`By hour of the close, UTC`} />
        </Panel>
      </div>
    </div>
  );
}

function Days({ zone }: { zone: string }) {
  const { t } = useLingui();
  const asked = useDays();
  const rows = asked.data?.items.map((day) => ({ name: day.day, figures: day.figures })) ?? [];
  return (
    <div className="breakdowns">
      <NetCurve days={asked.data?.items ?? []} />
      <Panel title={t`By day (${zone})`} className="days">
        <Shown asked={asked} rows={8}>
          {({ items }) => (
            <>
              <DayBars days={items} />
              <Breakdown rows={rows} title={t`Days, newest first`} />
            </>
          )}
        </Shown>
      </Panel>
    </div>
  );
}

function Coins() {
  const { t } = useLingui();
  const asked = useCoinPerformance();
  return (
    <Shown asked={asked}>
      {({ items }) => (
        <Breakdown
          rows={bestAndWorst(items).map((row) => ({ ...row, name: baseOf(row.name) }))}
          title={t`Best and worst coins`}
        />
      )}
    </Shown>
  );
}
