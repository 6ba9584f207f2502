import { Store } from "../store/store";
import { markRead } from "./notices";

/** Whether the list of notices is open. */
export const panel = new Store<boolean>(false);

export function openNotices(): void {
  panel.set(true);
}

export function closeNotices(): void {
  markRead();
  panel.set(false);
}
