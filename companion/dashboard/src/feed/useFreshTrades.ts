import { useEffect } from "react";
import { queries } from "../api/queries";
import { useChannel } from "./useFeed";

/** A trade that has closed changes what is asked for: history and results are asked for again at once. */
export function useFreshTrades(): void {
  const seq = useChannel("trades")?.seq ?? 0;
  useEffect(() => {
    if (seq === 0) return;
    void queries.invalidateQueries({ queryKey: ["trades"] });
    void queries.invalidateQueries({ queryKey: ["performance"] });
  }, [seq]);
}
