import { Trans, useLingui } from "@lingui/react/macro";
import { lazy, Suspense } from "react";
import { usePortfolio, useTrades } from "../../api/queries";
import { sumOf } from "../../format/sum";
import { Empty, Loading, Panel, Shown } from "../../parts/Panel";
import { equityPoints } from "./equity";

/** The most that the API gives at once. */
const MOST = 1_000;
/** The chart's library is as large as all the rest of the page: it is loaded when there is something to draw. */
const LineChart = lazy(() => import("../../parts/LineChart"));

export function EquityCurve() {
  const { t } = useLingui();
  const asked = useTrades(MOST);
  const bots = usePortfolio().data?.bots;
  const start = bots ? sumOf(bots.map((bot) => bot.starting_capital)) : null;
  return (
    <Panel title={t`Equity of closed trades, USDT`}>
      <Shown asked={asked} rows={8}>
        {({ items, total }) => {
          const points = equityPoints(items, total === items.length ? start : null);
          return points.length < 2 ? (
            <Empty>
              <Trans>The curve begins with the first closed trades.</Trans>
            </Empty>
          ) : (
            <Suspense fallback={<Loading rows={8} />}>
              <LineChart points={points} label={t`Equity of closed trades, USDT`} />
            </Suspense>
          );
        }}
      </Shown>
    </Panel>
  );
}
