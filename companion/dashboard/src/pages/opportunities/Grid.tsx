import { Trans, useLingui } from "@lingui/react/macro";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type RefObject, useMemo, useState } from "react";
import { baseOf } from "../../format/names";
import { addressOf, goTo } from "../../navigation/route";
import { Empty } from "../../parts/Panel";
import { useMedia } from "../../parts/useMedia";
import { useStore } from "../../store/store";
import { COLUMNS } from "./columns";
import { Head } from "./Head";
import { Row } from "./Row";
import { view } from "./view";

const ROW = 28;
const CARD = 60;
const COIN_WIDTH = 132;
const STEPS: Record<string, number> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 15,
  PageUp: -15,
  Home: -1e6,
  End: 1e6,
};

interface Properties {
  scroll: RefObject<HTMLDivElement | null>;
  keys: readonly string[];
}

/** The table of all coins. Only the rows that can be seen are there, so it cannot be made of table elements. */
export function Grid({ scroll, keys }: Properties) {
  const { t } = useLingui();
  const wanted = useStore(view).columns;
  const columns = useMemo(() => COLUMNS.filter((column) => wanted.includes(column.id)), [wanted]);
  const isPhone = useMedia("(max-width: 720px)");
  const rows = useVirtualizer({
    count: keys.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => (isPhone ? CARD : ROW),
    getItemKey: (place) => keys[place] ?? place,
    overscan: 8,
  });
  const { active, onKeyDown } = useRowKeys(keys, (place) => rows.scrollToIndex(place));
  const width = columns.reduce((sum, column) => sum + column.width, COIN_WIDTH);
  return (
    <div
      ref={scroll}
      className="grid"
      role="grid"
      tabIndex={-1}
      aria-label={t`Coins`}
      aria-rowcount={keys.length + 1}
      onKeyDown={onKeyDown}
    >
      {isPhone ? null : <Head columns={columns} width={width} />}
      <div
        className="grid-body"
        role="rowgroup"
        style={{ height: rows.getTotalSize(), ...(isPhone ? {} : { width }) }}
      >
        {rows.getVirtualItems().map(({ index, start }) => (
          <Row
            key={keys[index]}
            id={keys[index] ?? ""}
            place={index}
            top={start}
            columns={columns}
            isCard={isPhone}
            isActive={index === active}
          />
        ))}
      </div>
      {keys.length === 0 ? (
        <Empty>
          <Trans>No coin fits. Change the search or the choice.</Trans>
        </Empty>
      ) : null}
    </div>
  );
}

/** Arrows move from row to row, Enter opens the coin. */
function useRowKeys(keys: readonly string[], show: (place: number) => void) {
  const [chosen, setChosen] = useState(0);
  const active = Math.min(chosen, Math.max(0, keys.length - 1));
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = STEPS[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const body = event.currentTarget;
      const next = Math.min(keys.length - 1, Math.max(0, active + step));
      setChosen(next);
      show(next);
      // The row may have to be drawn first.
      requestAnimationFrame(() => body.querySelector<HTMLElement>(`[data-place="${next}"]`)?.focus());
    } else if (event.key === "Enter" && (event.target as HTMLElement).dataset.place !== undefined) {
      goTo(addressOf("coin", baseOf(keys[active] ?? "")));
    }
  };
  return { active, onKeyDown };
}
