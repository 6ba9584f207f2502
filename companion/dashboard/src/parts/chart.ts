/** Charts of the page: one way to make them, so that all have its colours, its language and its time zone. */
import {
  ColorType,
  createChart,
  type IChartApi,
  TickMarkType,
  type Time,
  type UTCTimestamp,
} from "lightweight-charts";
import type { Formatter } from "../format/formatter";
import { tokenColour } from "../theme/colour";

const SECOND_MS = 1000;

/** A moment as charts take it. */
export function chartTime(ms: number): UTCTimestamp {
  return Math.round(ms / SECOND_MS) as UTCTimestamp;
}

export function millisecondsOf(time: Time): number {
  return Number(time) * SECOND_MS;
}

export function chartIn(box: HTMLElement, format: Formatter): IChartApi {
  const line = tokenColour("--surface-2");
  return createChart(box, {
    autoSize: true,
    layout: {
      // Its logo would put a style element into the page, which the policy refuses; the notice is in the footer.
      attributionLogo: false,
      background: { type: ColorType.Solid, color: "transparent" },
      textColor: tokenColour("--text-muted"),
      panes: { separatorColor: line },
    },
    grid: { vertLines: { visible: false }, horzLines: { color: line } },
    rightPriceScale: { borderColor: line },
    timeScale: {
      borderColor: line,
      timeVisible: true,
      tickMarkFormatter: (time: Time, kind: TickMarkType) => tickOf(millisecondsOf(time), kind, format),
    },
    localization: { timeFormatter: (time: Time) => format.dateTime(millisecondsOf(time)) },
  });
}

function tickOf(ms: number, kind: TickMarkType, format: Formatter): string {
  if (kind === TickMarkType.Time || kind === TickMarkType.TimeWithSeconds) return format.minute(ms);
  return kind === TickMarkType.DayOfMonth ? format.day(ms) : format.month(ms);
}
