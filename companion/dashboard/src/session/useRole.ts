import { useStore } from "../store/store";
import { session } from "./session";

/** Whether controls are shown at all: for a reader they are absent, not greyed. */
export function useMayTrade(): boolean {
  return useStore(session).known?.role === "trade";
}
