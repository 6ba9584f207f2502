import { useLingui } from "@lingui/react/macro";
import { useStore } from "../../store/store";
import type { Column } from "./columns";
import { view } from "./view";

/** Titles that sort. */
export function Head({ columns, width }: { columns: readonly Column[]; width: number }) {
  const { t, i18n } = useLingui();
  return (
    <div className="grid-head" role="rowgroup" style={{ width }}>
      <div className="grid-row" role="row" aria-rowindex={1}>
        <Title id="key" text={t`Coin`} className="grid-coin" />
        {columns.map(({ id, title, width: own, isText }) => (
          <Title key={id} id={id} text={i18n._(title)} className={isText ? "" : "number"} width={own} />
        ))}
      </div>
    </div>
  );
}

interface TitleProperties {
  id: string;
  text: string;
  className: string;
  width?: number;
}

function Title({ id, text, className, width }: TitleProperties) {
  const { sorting } = useStore(view);
  const isSorted = sorting.id === id;
  const order = sorting.desc ? "descending" : "ascending";
  const arrow = sorting.desc ? "↓" : "↑";
  const sort = () =>
    view.update({ sorting: { id, desc: isSorted ? !sorting.desc : id !== "key" && id !== "rank" } });
  return (
    <div
      role="columnheader"
      className={`grid-cell ${className}`}
      style={{ width }}
      aria-sort={isSorted ? order : "none"}
    >
      <button type="button" className="grid-title" onClick={sort}>
        {text}
        {isSorted ? <span aria-hidden="true">{arrow}</span> : null}
      </button>
    </div>
  );
}
