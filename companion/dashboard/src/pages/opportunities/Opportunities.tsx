import { useMemo, useRef } from "react";
import { useChannel } from "../../feed/useFeed";
import { useRoute } from "../../navigation/route";
import { Loading } from "../../parts/Panel";
import { useStore } from "../../store/store";
import { chosenRows } from "./chosen";
import { Grid } from "./Grid";
import { Toolbar } from "./Toolbar";
import { useFrozenRows } from "./useFrozenRows";
import { useSortedKeys } from "./useTableModel";
import { view } from "./view";
import "./opportunities.css";

export default function Opportunities() {
  const gate = useRoute().query.get("gate");
  const wanted = useStore(view);
  const grid = useRef<HTMLDivElement>(null);
  const isThere = useChannel("opportunities") !== undefined;
  const { rows, hasChanged, apply } = useFrozenRows(grid);
  const chosen = useMemo(() => chosenRows(rows, wanted, gate), [rows, wanted, gate]);
  const keys = useSortedKeys(chosen, wanted.sorting);
  return (
    <div className="opportunities">
      <Toolbar count={keys.length} total={rows.length} gate={gate} hasChanged={hasChanged} onApply={apply} />
      {isThere ? <Grid scroll={grid} keys={keys} /> : <Loading rows={20} />}
    </div>
  );
}
