import { useLingui } from "@lingui/react";
import { useEffect, useRef } from "react";
import { useFormatter } from "../format/useFormatter";
import { preferences } from "../preferences/preferences";
import { useStore } from "../store/store";
import { type Notice, notices } from "./notices";
import { wordsOf } from "./words";

/** Hands notices to the browser while the page is not looked at; without a permission nothing happens. */
export function useBrowserNotifications(): void {
  const { i18n } = useLingui();
  const format = useFormatter();
  const { list, lastId } = useStore(notices);
  const { notifies } = useStore(preferences);
  const told = useRef(lastId);
  useEffect(() => {
    const fresh = list.filter((notice) => notice.id > told.current);
    told.current = lastId;
    if (!notifies || !document.hidden || !isAllowed()) return;
    for (const notice of fresh) {
      const { title, detail } = wordsOf(notice.news, format);
      show(notice, i18n._(title), detail);
    }
  }, [list, lastId, notifies, format, i18n]);
}

function isAllowed(): boolean {
  return "Notification" in window && Notification.permission === "granted";
}

function show(notice: Notice, title: string, body: string): void {
  try {
    new Notification(title, { body, tag: `hhq-${notice.id}`, requireInteraction: notice.isAlarm });
  } catch {
    // Some phones have the word and not the thing: the notice stands in the page all the same.
  }
}
