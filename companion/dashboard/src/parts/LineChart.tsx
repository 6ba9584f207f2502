import { AreaSeries, ColorType, createChart, type IChartApi, type UTCTimestamp } from "lightweight-charts";
import { useEffect, useRef } from "react";
import { preferences } from "../preferences/preferences";
import { useStore } from "../store/store";
import { tokenColour } from "../theme/colour";

interface Properties {
  points: readonly { time: number; value: number }[];
  label: string;
}

/** One series over time. It fits its points once: afterwards what a person has zoomed to stays. */
export default function LineChart({ points, label }: Properties) {
  const box = useRef<HTMLDivElement>(null);
  const shown = useRef<(points: Properties["points"]) => void>(() => {});
  const { theme, colours } = useStore(preferences);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a chart knows its colours from its beginning
  useEffect(() => {
    if (!box.current) return;
    const chart = chartIn(box.current);
    const line = tokenColour("--accent");
    const series = chart.addSeries(AreaSeries, {
      lineColor: line,
      topColor: "transparent",
      bottomColor: "transparent",
      lineWidth: 2,
    });
    let isFitted = false;
    shown.current = (wanted) => {
      series.setData(wanted.map(({ time, value }) => ({ time: time as UTCTimestamp, value })));
      if (!isFitted) chart.timeScale().fitContent();
      isFitted = true;
    };
    return () => chart.remove();
  }, [theme, colours]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a chart made anew has to be told again
  useEffect(() => shown.current(points), [points, theme, colours]);
  return <div ref={box} className="chart" role="img" aria-label={label} />;
}

function chartIn(box: HTMLElement): IChartApi {
  const line = tokenColour("--surface-2");
  return createChart(box, {
    autoSize: true,
    layout: {
      // Its logo would put a style element into the page, which the policy refuses; the notice is in the footer.
      attributionLogo: false,
      background: { type: ColorType.Solid, color: "transparent" },
      textColor: tokenColour("--text-muted"),
    },
    grid: { vertLines: { visible: false }, horzLines: { color: line } },
    rightPriceScale: { borderColor: line },
    timeScale: { borderColor: line, timeVisible: true },
  });
}
