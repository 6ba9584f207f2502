import { Trans, useLingui } from "@lingui/react/macro";
import { lazy, Suspense } from "react";
import type { Schemas } from "../../api/client";
import { useTrades } from "../../api/queries";
import { Empty, Loading, Panel, Shown } from "../../parts/Panel";
import { cumulativeByDay, cumulativeByTrade } from "./curve";

/** The most that the API gives at once. */
const MOST = 1_000;
const LineChart = lazy(() => import("../../parts/LineChart"));

/** Net results added up, trade by trade; of more trades than can be asked for at once, day by day. */
export function NetCurve({ days }: { days: readonly Schemas["DayFigures"][] }) {
  const { t } = useLingui();
  const asked = useTrades(MOST);
  return (
    <Panel title={t`Net results added up, USDT`} className="net-curve">
      <Shown asked={asked} rows={8}>
        {({ items, total }) => {
          const points = total > items.length ? cumulativeByDay(days) : cumulativeByTrade(items);
          return points.length < 2 ? (
            <Empty>
              <Trans>The curve begins with the second closed trade.</Trans>
            </Empty>
          ) : (
            <Suspense fallback={<Loading rows={8} />}>
              <LineChart points={points} label={t`Net results added up, USDT`} />
            </Suspense>
          );
        }}
      </Shown>
    </Panel>
  );
}
