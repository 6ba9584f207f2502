import { useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useFormatter } from "../../format/useFormatter";
import { heights } from "./bars";

const HEIGHT = 100;

/** A bar for each day with trades, oldest first, up for a gain and down for a loss; the table below has the numbers. */
export function DayBars({ days }: { days: readonly Schemas["DayFigures"][] }) {
  const { t } = useLingui();
  const format = useFormatter();
  const oldestFirst = [...days].reverse();
  const { zero, bars } = heights(oldestFirst.map((day) => day.figures.net_pnl));
  // Few days stay narrow bars: one day is no wall.
  const width = Math.max(bars.length, 20);
  return (
    <svg
      className="day-bars"
      viewBox={`0 0 ${width} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={t`Net result of each day; the numbers are in the table below`}
    >
      <line x1="0" x2={width} y1={zero * HEIGHT} y2={zero * HEIGHT} className="day-zero" />
      {bars.map(({ top, height, isLoss }, at) => (
        <rect
          key={oldestFirst[at]?.day}
          x={at + 0.1}
          y={top * HEIGHT}
          width={0.8}
          height={height * HEIGHT}
          className={isLoss ? "heatmap-loss" : "heatmap-gain"}
        >
          <title>{`${oldestFirst[at]?.day}: ${format.signed(oldestFirst[at]?.figures.net_pnl)} USDT`}</title>
        </rect>
      ))}
    </svg>
  );
}
