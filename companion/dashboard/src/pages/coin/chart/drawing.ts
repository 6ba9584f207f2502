/** Draws a coin: candles with price lines and markers, and below them panes that move with them. */
import {
  type AutoscaleInfo,
  CandlestickSeries,
  createSeriesMarkers,
  HistogramSeries,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineStyle,
  type SeriesMarker,
  type Time,
} from "lightweight-charts";
import type { Formatter } from "../../../format/formatter";
import { chartTime, millisecondsOf } from "../../../parts/chart";
import { tokenColour } from "../../../theme/colour";
import type { Candle, CoinChart, LineName, Marker, Pane, PriceLine } from "./model";

const COLOURS: Record<LineName, `--${string}`> = {
  price: "--text-muted",
  entry: "--accent",
  stop: "--loss",
  target: "--gain",
  liquidation: "--danger",
};
/** Candles that are in view at first: at most so many, and each so wide (px). */
const FIRST_VIEW = 120;
const CANDLE_WIDTH = 6;
/** The height of a pane as a share of the candles'. */
const PANE_SHARE = 0.28;

export function drawCoin(chart: IChartApi, format: Formatter): (coin: CoinChart) => void {
  const gain = tokenColour("--gain");
  const loss = tokenColour("--loss");
  const candles = chart.addSeries(CandlestickSeries, {
    upColor: gain,
    downColor: loss,
    wickUpColor: gain,
    wickDownColor: loss,
    borderVisible: false,
    // The line of the price of now takes its place.
    lastValueVisible: false,
    priceLineVisible: false,
  });
  const showCandles = candlesIn(chart, candles);
  const showLines = linesOn(candles);
  const showMarkers = markersOn(createSeriesMarkers(candles, []));
  const showPanes = panesOf(chart, format);
  let decimals = -1;
  let tell: CoinChart["onHover"] = () => {};
  chart.subscribeCrosshairMove(({ time }) => tell(time === undefined ? undefined : millisecondsOf(time)));
  return (coin) => {
    tell = coin.onHover;
    if (coin.decimals !== decimals) {
      decimals = coin.decimals;
      candles.applyOptions({
        priceFormat: numbersOf(format, decimals),
      });
    }
    showCandles(coin.candles);
    showLines(coin.lines);
    showMarkers(coin.markers);
    showPanes(coin.panes);
  };
}

/** Numbers of an axis as the rest of the page writes them. */
function numbersOf(format: Formatter, decimals: number) {
  return {
    type: "custom" as const,
    minMove: 10 ** -decimals,
    formatter: (value: number) => format.number(value, decimals),
  };
}

/** What a person has zoomed to stays when candles come; who looks at the newest goes on looking at the newest. */
function candlesIn(chart: IChartApi, series: ISeriesApi<"Candlestick">) {
  let shown: readonly Candle[] = [];
  return (candles: readonly Candle[]) => {
    if (candles === shown) return;
    const scale = chart.timeScale();
    const view = shown.length > 0 && scale.scrollPosition() < 0 ? scale.getVisibleRange() : null;
    series.setData(candles.map(({ time, ...prices }) => ({ time: chartTime(time), ...prices })));
    if (shown.length === 0)
      scale.setVisibleLogicalRange({ from: candles.length - firstView(chart), to: candles.length + 3 });
    else if (view) scale.setVisibleRange(view);
    shown = candles;
  };
}

function firstView(chart: IChartApi): number {
  const width = chart.chartElement().parentElement?.clientWidth ?? 0;
  return Math.min(FIRST_VIEW, Math.max(24, Math.floor(width / CANDLE_WIDTH)));
}

function linesOn(series: ISeriesApi<"Candlestick">) {
  const drawn = new Map<LineName, IPriceLine>();
  let inView: number[] = [];
  // The scale would reach over the candles only, and hide a stop or a target beyond them.
  series.applyOptions({
    autoscaleInfoProvider: (own: () => AutoscaleInfo | null) => {
      const info = own();
      if (!info?.priceRange) return info;
      const { minValue, maxValue } = info.priceRange;
      const priceRange = {
        minValue: Math.min(minValue, ...inView),
        maxValue: Math.max(maxValue, ...inView),
      };
      return { ...info, priceRange };
    },
  });
  return (lines: readonly PriceLine[]) => {
    inView = lines.filter((line) => line.name !== "liquidation").map((line) => line.price);
    for (const [name, line] of drawn) {
      if (lines.some((one) => one.name === name)) continue;
      series.removePriceLine(line);
      drawn.delete(name);
    }
    for (const line of lines) {
      const known = drawn.get(line.name);
      if (known) known.applyOptions(lineOptions(line));
      else drawn.set(line.name, series.createPriceLine(lineOptions(line)));
    }
  };
}

function lineOptions({ name, price, label, isWish }: PriceLine) {
  const style = isWish ? LineStyle.Dashed : LineStyle.Solid;
  return {
    price,
    title: label,
    color: tokenColour(COLOURS[name]),
    lineWidth: 1 as const,
    lineStyle: name === "price" ? LineStyle.Dotted : style,
  };
}

function markersOn(plugin: ISeriesMarkersPluginApi<Time>) {
  let shown: readonly Marker[] = [];
  return (markers: readonly Marker[]) => {
    if (markers === shown) return;
    plugin.setMarkers(markers.map(markerOf));
    shown = markers;
  };
}

function markerOf({ time, kind, isLong, text }: Marker): SeriesMarker<Time> {
  const isEntry = kind === "entry";
  return {
    time: chartTime(time),
    position: isLong === isEntry ? "belowBar" : "aboveBar",
    shape: isEntry ? (isLong ? "arrowUp" : "arrowDown") : "circle",
    color: tokenColour(isEntry ? "--accent" : "--text"),
    text,
  };
}

function panesOf(chart: IChartApi, format: Formatter) {
  const barOf = barsIn(tokenColour("--gain"), tokenColour("--loss"));
  let shown: readonly Pane[] = [];
  let drawn: ISeriesApi<"Histogram">[] = [];
  return (panes: readonly Pane[]) => {
    if (panes === shown) return;
    if (panes.map((pane) => pane.id).join() !== shown.map((pane) => pane.id).join()) {
      // A pane without a series goes by itself.
      for (const series of drawn) chart.removeSeries(series);
      drawn = addedTo(chart, panes, format);
    }
    for (const [place, { values }] of panes.entries()) drawn[place]?.setData(values.map(barOf));
    shown = panes;
  };
}

/** Bars up and down from zero; none where nothing was counted. */
function barsIn(gain: string, loss: string) {
  return ({ time, value }: Pane["values"][number]) =>
    value === null
      ? { time: chartTime(time) }
      : { time: chartTime(time), value, color: value < 0 ? loss : gain };
}

function addedTo(chart: IChartApi, panes: readonly Pane[], format: Formatter): ISeriesApi<"Histogram">[] {
  const series = panes.map((pane, place) => paneIn(chart, pane, place + 1, format));
  for (const [place, pane] of chart.panes().entries()) pane.setStretchFactor(place === 0 ? 1 : PANE_SHARE);
  return series;
}

function paneIn(chart: IChartApi, pane: Pane, place: number, format: Formatter): ISeriesApi<"Histogram"> {
  const series = chart.addSeries(
    HistogramSeries,
    { title: pane.label, priceLineVisible: false, priceFormat: numbersOf(format, 0) },
    place,
  );
  for (const price of pane.limits) {
    series.createPriceLine({
      price,
      color: tokenColour("--text-muted"),
      lineWidth: 1,
      lineStyle: LineStyle.Dashed,
      axisLabelVisible: true,
      title: "",
    });
  }
  return series;
}
