import { useCallback, useSyncExternalStore } from "react";
import { useStore } from "../store/store";
import type { FeedState } from "./feed";
import type { Channel } from "./messages";
import type { ChannelState } from "./mirror";
import { feed } from "./own";
import type { DocumentChannel, Documents, EntryChannel, EntryKinds, TableChannel, TableRows } from "./rows";

const NO_ROWS: ReadonlyMap<string, unknown> = new Map();
const NO_ENTRIES: readonly never[] = [];

export function useFeedState(): FeedState {
  return useStore(feed.state);
}

/** A channel whole; undefined before its first snapshot. */
export function useChannel(name: Channel): ChannelState | undefined {
  return useOf(name, (state) => state);
}

/** All rows of a table by key: a new map for each change. For one row take {@link useRow}. */
export function useRows<Name extends TableChannel>(name: Name): ReadonlyMap<string, TableRows[Name]> {
  return useOf(name, (state) => (state?.rows ?? NO_ROWS) as ReadonlyMap<string, unknown> as never);
}

/** One row; draws again only when this row has changed. */
export function useRow<Name extends TableChannel>(name: Name, key: string): TableRows[Name] | undefined {
  return useOf(name, (state) => state?.rows.get(key) as TableRows[Name] | undefined);
}

/** The entries of a channel, oldest first. */
export function useEntries<Name extends EntryChannel>(name: Name): readonly EntryKinds[Name][] {
  return useOf(name, (state) => (state?.entries ?? NO_ENTRIES) as readonly EntryKinds[Name][]);
}

/** The fields of a document; undefined before its first snapshot. */
export function useDocument<Name extends DocumentChannel>(name: Name): Documents[Name] | undefined {
  return useOf(name, (state) => state?.fields as Documents[Name] | undefined);
}

function useOf<Value>(name: Channel, read: (state: ChannelState | undefined) => Value): Value {
  const subscribe = useCallback((listener: () => void) => feed.subscribe(name, listener), [name]);
  return useSyncExternalStore(subscribe, () => read(feed.channel(name)));
}
