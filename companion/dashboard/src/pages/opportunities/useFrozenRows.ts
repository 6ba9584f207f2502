import { type RefObject, useRef, useState } from "react";
import type { OpportunityRow } from "../../feed/rows";
import { useDocument, useRows } from "../../feed/useFeed";
import { isInUse } from "../../parts/useSteadyOrder";

interface Frozen {
  rows: readonly OpportunityRow[];
  count: number;
  closeMs: number | undefined;
}

/**
 * The rows by which the table is sorted: taken at the candle's close, and not while pointer or focus is in the table.
 * Between two closes only cells move, so no row jumps away under a click.
 */
export function useFrozenRows(within: RefObject<HTMLElement | null>) {
  const live = useRows("opportunities");
  const closeMs = useDocument("funnel")?.close_ms;
  const frozen = useRef<Frozen>({ rows: [], count: -1, closeMs: undefined });
  const [, redraw] = useState(0);
  const hasOthers = frozen.current.count !== live.size;
  const isOld = frozen.current.closeMs !== closeMs;
  if (hasOthers || (isOld && !isInUse(within.current)))
    frozen.current = { rows: [...live.values()], count: live.size, closeMs };
  const apply = () => {
    frozen.current = { rows: [...live.values()], count: live.size, closeMs };
    redraw((times) => times + 1);
  };
  return { rows: frozen.current.rows, hasChanged: frozen.current.closeMs !== closeMs, apply };
}
