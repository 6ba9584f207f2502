import type { IChartApi, LogicalRange } from "lightweight-charts";
import { type RefObject, useEffect, useRef } from "react";
import type { Formatter } from "../format/formatter";
import { useFormatter } from "../format/useFormatter";
import { preferences } from "../preferences/preferences";
import { useStore } from "../store/store";
import { chartIn } from "./chart";
import { useMedia } from "./useMedia";

/** Prepares a chart; what it returns draws data, each time there is other. */
export type Draw<Data> = (chart: IChartApi, format: Formatter) => (data: Data) => void;

/**
 * A chart in the element of the reference, which shows `data`; `draw` must be the same function each time.
 *
 * A chart knows its colours, its language and its zone from its beginning, so with others it is made anew; what a person
 * has zoomed to stays.
 */
export function useChart<Data>(draw: Draw<Data>, data: Data): RefObject<HTMLDivElement | null> {
  const box = useRef<HTMLDivElement>(null);
  const show = useRef<(data: Data) => void>(() => {});
  const seen = useRef<LogicalRange>(null);
  const { theme, colours } = useStore(preferences);
  const isSystemDark = useMedia("(prefers-color-scheme: dark)");
  const format = useFormatter();
  const look = `${theme} ${colours} ${isSystemDark}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: tokens have other colours with another look
  useEffect(() => {
    if (!box.current) return;
    const chart = chartIn(box.current, format);
    const drawn = draw(chart, format);
    let isFirst = true;
    show.current = (wanted) => {
      drawn(wanted);
      if (isFirst && seen.current) chart.timeScale().setVisibleLogicalRange(seen.current);
      isFirst = false;
    };
    return () => {
      seen.current = chart.timeScale().getVisibleLogicalRange();
      chart.remove();
    };
  }, [draw, look, format]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a chart made anew has to be told again
  useEffect(() => show.current(data), [data, draw, look, format]);
  return box;
}
