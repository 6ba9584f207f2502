import { useChart } from "../../../parts/useChart";
import { drawCoin } from "./drawing";
import type { CoinChart } from "./model";

/** Height of the candles, and of each pane below them, px. */
const CANDLES = 300;
const PANE = 84;

/** Loaded when a coin is looked at: the chart's library is as large as all the rest of the page. */
export default function CandleChart({ coin, label }: { coin: CoinChart; label: string }) {
  const box = useChart(drawCoin, coin);
  const height = CANDLES + PANE * coin.panes.length;
  return <div ref={box} className="chart" style={{ height: `${height}px` }} role="img" aria-label={label} />;
}
