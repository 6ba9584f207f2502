import { useLingui } from "@lingui/react/macro";
import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import type { Schemas } from "../../../api/client";
import { useCandles, useTradesOf } from "../../../api/queries";
import { usePositionRows } from "../../../bots/useBot";
import { useRow } from "../../../feed/useFeed";
import { usePriceDecimals } from "../../../feed/usePriceDecimals";
import { useFormatter } from "../../../format/useFormatter";
import { Loading, Panel, Shown } from "../../../parts/Panel";
import { useStore } from "../../../store/store";
import { LastCandles } from "./LastCandles";
import { PaneChoice } from "./PaneChoice";
import { chosenPanes } from "./panes";
import { Readout } from "./Readout";
import { candlesOf, linesOf, markersOf, panesOf } from "./shown";
import { useLayerNames } from "./useLayerNames";
import "./chart.css";

const CandleChart = lazy(() => import("./CandleChart"));

interface Properties {
  symbol: string;
  decision: Schemas["CoinView"];
}

/** Candles with what was done at them, and below them what was decided, in step. */
export function Chart({ symbol, decision }: Properties) {
  const { t } = useLingui();
  const asked = useCandles(symbol);
  return (
    <Panel title={t`Candles, 5 minutes`} className="coin-chart">
      <Shown asked={asked} rows={12}>
        {(answer) => <Drawn answer={answer} decision={decision} />}
      </Shown>
    </Panel>
  );
}

function Drawn({ answer, decision }: { answer: Schemas["CoinCandles"]; decision: Schemas["CoinView"] }) {
  const { t } = useLingui();
  const { symbol } = answer;
  const names = useLayerNames(answer.layers);
  const [hovered, setHovered] = useState<number>();
  const onHover = useCallback((time: number | undefined) => setHovered(time), []);
  const coin = { ...useDrawing(answer, decision, names), onHover };
  const last = answer.time.length - 1;
  const under = hovered === undefined ? last : answer.time.indexOf(hovered);
  return (
    <>
      <Readout answer={answer} place={under < 0 ? last : under} decimals={coin.decimals} />
      <Suspense fallback={<Loading rows={12} />}>
        <CandleChart coin={coin} label={t`Candles of ${symbol}; the table below says the same`} />
      </Suspense>
      <PaneChoice names={names} />
      <LastCandles answer={answer} decimals={coin.decimals} />
    </>
  );
}

/** Each part is made anew only when it has changed: the price moves each second, candles every five minutes. */
function useDrawing(
  answer: Schemas["CoinCandles"],
  decision: Schemas["CoinView"],
  names: ReadonlyMap<number, string>,
) {
  const { t } = useLingui();
  const format = useFormatter();
  const chosen = useStore(chosenPanes);
  const price = useRow("opportunities", answer.symbol)?.last_price;
  const trades = useTradesOf(answer.symbol).data?.items;
  const positions = usePositionRows();
  const position = [...positions.values()].find((one) => one.pair === answer.pair);
  const candles = useMemo(() => candlesOf(answer), [answer]);
  const panes = useMemo(() => panesOf(answer, chosen, names), [answer, chosen, names]);
  const opened = position?.opened_ms;
  // biome-ignore lint/correctness/useExhaustiveDependencies: of a position, its beginning counts here
  const markers = useMemo(
    () =>
      markersOf({
        trades: trades ?? [],
        position,
        candles,
        candleMs: answer.candle_ms,
        percent: (value) => format.signedPercent(value),
      }),
    [trades, opened, candles, answer.candle_ms, format],
  );
  const lines = linesOf({
    position,
    decision,
    price,
    labels: {
      entry: t`Entry`,
      stop: t`Stop`,
      target: t`Target`,
      liquidation: t`Liquidation`,
      price: t`Price`,
    },
  });
  return { candles, panes, markers, lines, decimals: usePriceDecimals(answer.symbol) };
}
