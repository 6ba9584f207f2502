import type { Schemas } from "../../api/client";

type Lock = Schemas["Lock"];

/** A lock that the kill switch has set is ended for its coin, with what is remembered: the lock alone would come back. */
const KILL_SWITCH = "KILL_SWITCH";
export const ALL_PAIRS = "*";

export interface Standing {
  /** Locks of guards, of Freqtrade and of people. */
  locks: Lock[];
  /** Coins that the kill switch has blocked, each once however many bots have it. */
  blocks: Lock[];
}

export function standing(all: readonly Lock[]): Standing {
  const blocks = new Map<string, Lock>();
  for (const lock of all) {
    if (lock.guard === KILL_SWITCH && !blocks.has(lock.pair)) blocks.set(lock.pair, lock);
  }
  return { locks: all.filter((lock) => lock.guard !== KILL_SWITCH), blocks: [...blocks.values()] };
}
