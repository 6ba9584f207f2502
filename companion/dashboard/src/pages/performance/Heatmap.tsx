import { Trans, useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useHours } from "../../api/queries";
import { useFormatter } from "../../format/useFormatter";
import { Panel, Shown } from "../../parts/Panel";
import { useMedia } from "../../parts/useMedia";
import { Breakdown } from "./Breakdown";
import { byPlace, HOURS, placeOf, strengthOf, WEEKDAYS } from "./week";

type Hour = Schemas["HourFigures"];

const CELL = { width: 34, height: 26, gap: 2 };
const MARGIN = { left: 44, top: 20 };

/** Results by hour of the week: colour and sign in the picture, every number in the table below it. */
export function WeekPanel({ zone }: { zone: string }) {
  const { t } = useLingui();
  const asked = useHours();
  return (
    <Panel title={t`By hour of the week of the close (${zone})`}>
      <Shown asked={asked} rows={8}>
        {({ hours }) => (
          <>
            <Heatmap hours={hours} />
            <NumbersOf hours={hours} />
          </>
        )}
      </Shown>
    </Panel>
  );
}

function Heatmap({ hours }: { hours: readonly Hour[] }) {
  const { t } = useLingui();
  const format = useFormatter();
  // On a phone the day runs downwards: twenty-four columns do not fit.
  const isTall = useMedia("(max-width: 720px)");
  const found = byPlace(hours);
  const largest = Math.max(0, ...hours.map(({ figures }) => Math.abs(figures.net_pnl ?? 0)));
  const [across, down] = isTall ? [WEEKDAYS.length, HOURS.length] : [HOURS.length, WEEKDAYS.length];
  const width = MARGIN.left + across * CELL.width;
  const height = MARGIN.top + down * CELL.height;
  const nameOf = (weekday: number) => format.weekday(weekday, "short");
  const hourName = (hour: number) => String(hour).padStart(2, "0");
  const columns = isTall ? WEEKDAYS.map(nameOf) : HOURS.map(hourName);
  const rows = isTall ? HOURS.map(hourName) : WEEKDAYS.map(nameOf);
  return (
    <svg
      className="heatmap"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={t`Net result by hour of the week; the numbers are in the table below`}
    >
      {columns.map((name, at) => (
        <text key={name} x={MARGIN.left + (at + 0.5) * CELL.width} y={MARGIN.top - 6} textAnchor="middle">
          {name}
        </text>
      ))}
      {rows.map((name, at) => (
        <text key={name} x={MARGIN.left - 6} y={MARGIN.top + (at + 0.5) * CELL.height + 4} textAnchor="end">
          {name}
        </text>
      ))}
      {WEEKDAYS.flatMap((weekday) =>
        HOURS.map((hour) => (
          <HourCell
            key={placeOf(weekday, hour)}
            found={found.get(placeOf(weekday, hour))}
            largest={largest}
            x={MARGIN.left + (isTall ? weekday : hour) * CELL.width}
            y={MARGIN.top + (isTall ? hour : weekday) * CELL.height}
          />
        )),
      )}
    </svg>
  );
}

interface CellProperties {
  found: Hour | undefined;
  largest: number;
  x: number;
  y: number;
}

/** The count of trades stands in the cell with the sign of their result, so that colour says nothing alone. */
function HourCell({ found, largest, x, y }: CellProperties) {
  const format = useFormatter();
  const net = found?.figures.net_pnl ?? null;
  const name = useHourName(found);
  const sign = net === null || net === 0 ? "" : net > 0 ? "▲" : "▼";
  return (
    <g>
      <rect
        x={x}
        y={y}
        width={CELL.width - CELL.gap}
        height={CELL.height - CELL.gap}
        rx={3}
        className="heatmap-empty"
      />
      {found ? (
        <>
          <rect
            x={x}
            y={y}
            width={CELL.width - CELL.gap}
            height={CELL.height - CELL.gap}
            rx={3}
            className={(net ?? 0) < 0 ? "heatmap-loss" : "heatmap-gain"}
            fillOpacity={0.6 * strengthOf(net, largest)}
          >
            <title>{`${name}: ${format.signed(net)} USDT`}</title>
          </rect>
          <text
            x={x + CELL.width / 2 - 1}
            y={y + CELL.height / 2 + 3}
            textAnchor="middle"
            className="heatmap-n"
          >
            {sign}
            {format.number(found.figures.trades, 0)}
          </text>
        </>
      ) : null}
    </g>
  );
}

function useHourName(found: Hour | undefined): string {
  const format = useFormatter();
  if (!found) return "";
  const hour = String(found.hour).padStart(2, "0");
  return `${format.weekday(found.weekday)} ${hour}:00`;
}

function NumbersOf({ hours }: { hours: readonly Hour[] }) {
  const { t } = useLingui();
  const format = useFormatter();
  const rows = hours.map(({ weekday, hour, figures }) => ({
    name: `${format.weekday(weekday)} ${String(hour).padStart(2, "0")}:00`,
    figures,
  }));
  return (
    <details className="numbers">
      <summary>
        <Trans>The numbers as a table</Trans>
      </summary>
      <Breakdown rows={rows} title={t`Hours of the week`} />
    </details>
  );
}
