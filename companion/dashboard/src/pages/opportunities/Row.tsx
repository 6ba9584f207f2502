import { useLingui } from "@lingui/react/macro";
import { Star } from "lucide-react";
import { memo } from "react";
import type { OpportunityRow } from "../../feed/rows";
import { useRow } from "../../feed/useFeed";
import { priceDecimals } from "../../format/decimals";
import { baseOf } from "../../format/names";
import { useFormatter } from "../../format/useFormatter";
import { Link } from "../../navigation/Link";
import { addressOf } from "../../navigation/route";
import { Change } from "../../parts/Change";
import { Side } from "../../parts/Side";
import { useStore } from "../../store/store";
import type { Column } from "./columns";
import { toggled, view } from "./view";

interface Properties {
  id: string;
  place: number;
  top: number;
  columns: readonly Column[];
  isCard: boolean;
  isActive: boolean;
}

/** One coin. It draws again when its own row has changed, whatever the others do. */
export const Row = memo(function Row({ id, place, top, columns, isCard, isActive }: Properties) {
  const row = useRow("opportunities", id);
  if (!row) return null;
  const isOld = !row.fresh || row.stale === true;
  return (
    <div
      role="row"
      className={`grid-row ${isCard ? "grid-card" : ""} ${isOld ? "grid-old" : ""}`}
      style={{ transform: `translateY(${top}px)` }}
      tabIndex={isActive ? 0 : -1}
      aria-rowindex={place + 2}
      data-place={place}
    >
      <Coin id={id} />
      {isCard ? <Card row={row} /> : <Cells row={row} columns={columns} />}
    </div>
  );
});

function Coin({ id }: { id: string }) {
  const { t } = useLingui();
  const isFavourite = useStore(view).favourites.includes(id);
  const base = baseOf(id);
  const toggle = () => view.update({ favourites: toggled(view.get().favourites, id) });
  return (
    <div role="gridcell" className="grid-cell grid-coin">
      <button
        type="button"
        className="star"
        tabIndex={-1}
        aria-pressed={isFavourite}
        aria-label={t`Favourite: ${base}`}
        onClick={toggle}
      >
        <Star size={14} aria-hidden="true" />
      </button>
      <Link href={addressOf("coin", base)} tabIndex={-1}>
        {base}
      </Link>
    </div>
  );
}

function Cells({ row, columns }: { row: OpportunityRow; columns: readonly Column[] }) {
  const format = useFormatter();
  return columns.map(({ id, width, isText, cell }) => (
    <div key={id} role="gridcell" className={`grid-cell ${isText ? "" : "number"}`} style={{ width }}>
      {cell(row, format)}
    </div>
  ));
}

/** Two lines on a phone. */
function Card({ row }: { row: OpportunityRow }) {
  const { t } = useLingui();
  const format = useFormatter();
  const score = format.number(row.score, 0);
  return (
    <>
      <div role="gridcell" className="number">
        {format.number(row.last_price, priceDecimals(row.key, row.last_price, row.price))}{" "}
        <Change value={row.daily_change_pct} unit="percent" arrow={false} />
      </div>
      <div role="gridcell" className="muted small">
        {row.gate} {row.side ? <Side side={row.side} /> : null}
      </div>
      <div role="gridcell" className="number small">{t`Score ${score}`}</div>
    </>
  );
}
