import { Store } from "../store/store";
import { isAlarm, type News } from "./news";

export interface Notice {
  id: number;
  /** When the page heard of it, ms. */
  atMs: number;
  /** How often the same was said. */
  times: number;
  isAlarm: boolean;
  news: News;
}

export interface Notices {
  /** Newest first. In the memory of the tab alone. */
  list: readonly Notice[];
  unread: number;
  /** Ids of those that are shown at the edge of the page, newest first. */
  shown: readonly number[];
  lastId: number;
}

export const MOST_KEPT = 50;
/** More would hide the page. */
export const MOST_SHOWN = 3;
/** The same line within this time is one notice more often, and not another one. */
const SAME_MS = 60_000;

export const NO_NOTICES: Notices = { list: [], unread: 0, shown: [], lastId: 0 };

/** What the page has told of since it was opened. */
export const notices = new Store<Notices>(NO_NOTICES);

export function tell(news: readonly News[]): void {
  if (news.length > 0) notices.update(withNews(notices.get(), news, Date.now()));
}

export function withNews(before: Notices, news: readonly News[], nowMs: number): Notices {
  return news.reduce((found, one) => withOne(found, one, nowMs), before);
}

function withOne(before: Notices, news: News, nowMs: number): Notices {
  const same = before.list.find((notice) => isSame(notice, news, nowMs));
  if (same) {
    const again = { ...same, atMs: nowMs, times: same.times + 1 };
    return { ...before, list: [again, ...before.list.filter((notice) => notice !== same)] };
  }
  const id = before.lastId + 1;
  const notice = { id, atMs: nowMs, times: 1, isAlarm: isAlarm(news), news };
  return {
    list: [notice, ...before.list].slice(0, MOST_KEPT),
    unread: Math.min(MOST_KEPT, before.unread + 1),
    shown: [id, ...before.shown].slice(0, MOST_SHOWN),
    lastId: id,
  };
}

/** Log lines repeat; what happens to a position or a bot is told each time. */
function isSame({ news: old, atMs }: Notice, news: News, nowMs: number): boolean {
  if (old.kind !== "logged" || news.kind !== "logged" || nowMs - atMs > SAME_MS) return false;
  return old.entry.message === news.entry.message;
}

/** Puts one away from the edge of the page; the list keeps it. */
export function putAway(id: number): void {
  const { shown } = notices.get();
  notices.update({ shown: shown.filter((one) => one !== id) });
}

/** The list has been opened: nothing of it is unread, nor shown a second time. */
export function markRead(): void {
  notices.update({ unread: 0, shown: [] });
}

export function forget(): void {
  notices.set(NO_NOTICES);
}
