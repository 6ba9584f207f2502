import { AreaSeries, type IChartApi, type UTCTimestamp } from "lightweight-charts";
import { tokenColour } from "../theme/colour";
import { useChart } from "./useChart";

interface Properties {
  /** Times in seconds since 1970 UTC, rising, each once. */
  points: readonly { time: number; value: number }[];
  label: string;
}

/** One series over time. It fits its points once: afterwards what a person has zoomed to stays. */
export default function LineChart({ points, label }: Properties) {
  const box = useChart(drawLine, points);
  return <div ref={box} className="chart" role="img" aria-label={label} />;
}

function drawLine(chart: IChartApi): (points: Properties["points"]) => void {
  const series = chart.addSeries(AreaSeries, {
    lineColor: tokenColour("--accent"),
    topColor: "transparent",
    bottomColor: "transparent",
    lineWidth: 2,
  });
  let isFitted = false;
  return (points) => {
    series.setData(points.map(({ time, value }) => ({ time: time as UTCTimestamp, value })));
    if (!isFitted) chart.timeScale().fitContent();
    isFitted = true;
  };
}
