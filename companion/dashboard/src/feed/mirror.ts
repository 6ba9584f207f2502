import type { Channel, Delta, Snapshot } from "./messages";

export type Row = Readonly<Record<string, unknown>> & { readonly key: string };

/** What is known of a channel. Each change makes new objects of what has changed, and of nothing else. */
export interface ChannelState {
  seq: number;
  /** False while a snapshot has been asked for, because a number was missed. */
  isComplete: boolean;
  columns: readonly string[];
  /** Rows by key, in the order in which they came. A new map for each change; rows that stayed are the same objects. */
  rows: ReadonlyMap<string, Row>;
  entries: readonly unknown[];
  fields: Readonly<Record<string, unknown>>;
  /** What the snapshot says of a part that is not there. */
  isEnabled: boolean;
  detail: string;
  changedMs: number;
}

/** Entries that are kept of a channel: a page that is open for days must not grow. */
const MOST_ENTRIES = 2_000;

/** A copy of the channels, kept by snapshots and deltas as docs/feed.md describes. */
export class Mirror {
  private readonly channels = new Map<Channel, ChannelState>();
  private readonly keys = new Map<Channel, Map<number, string>>();

  get(channel: Channel): ChannelState | undefined {
    return this.channels.get(channel);
  }

  snapshot(message: Snapshot, nowMs: number): void {
    const columns = message.columns ?? [];
    const keys = new Map<number, string>();
    const rows = new Map<string, Row>();
    for (const row of message.rows ?? []) insert(row, columns, keys, rows);
    this.keys.set(message.channel, keys);
    this.channels.set(message.channel, {
      seq: message.seq,
      isComplete: true,
      columns,
      rows,
      entries: message.entries ?? [],
      fields: message.fields ?? {},
      isEnabled: message.enabled ?? true,
      detail: message.detail ?? "",
      changedMs: nowMs,
    });
  }

  /** Apply a delta; false where a number was missed, so that a snapshot has to be asked for. */
  delta(message: Delta, nowMs: number): boolean {
    const state = this.channels.get(message.channel);
    const keys = this.keys.get(message.channel);
    // A delta before the snapshot that was asked for: the snapshot holds what it says.
    if (!state || !keys || !state.isComplete) return true;
    if (message.seq !== state.seq + 1) {
      this.channels.set(message.channel, { ...state, isComplete: false });
      return false;
    }
    this.channels.set(message.channel, {
      ...state,
      seq: message.seq,
      rows: changedRows(state, message, keys),
      entries: message.entries ? [...state.entries, ...message.entries].slice(-MOST_ENTRIES) : state.entries,
      fields: changedFields(state, message),
      changedMs: nowMs,
    });
    return true;
  }
}

function changedRows(
  state: ChannelState,
  message: Delta,
  keys: Map<number, string>,
): ReadonlyMap<string, Row> {
  const { set = [], add = [] } = message;
  const gone = message.gone?.filter((number) => typeof number === "number") ?? [];
  if (set.length + add.length + gone.length === 0) return state.rows;
  const rows = new Map(state.rows);
  for (const change of set) applyChange(change, state.columns, keys, rows);
  for (const row of add) insert(row, state.columns, keys, rows);
  for (const number of gone) {
    rows.delete(keys.get(number) ?? "");
    keys.delete(number);
  }
  return rows;
}

function applyChange(
  change: unknown[],
  columns: readonly string[],
  keys: ReadonlyMap<number, string>,
  rows: Map<string, Row>,
): void {
  const row = rows.get(keys.get(change[0] as number) ?? "");
  if (row === undefined) return;
  const changed: Record<string, unknown> & { key: string } = { ...row };
  for (let place = 1; place < change.length; place += 2) {
    const column = columns[change[place] as number];
    if (column !== undefined) changed[column] = change[place + 1];
  }
  rows.set(row.key, changed);
}

function insert(
  row: unknown[],
  columns: readonly string[],
  keys: Map<number, string>,
  rows: Map<string, Row>,
): void {
  const [number, key, ...values] = row as [number, string, ...unknown[]];
  const made: Record<string, unknown> & { key: string } = { key };
  columns.forEach((column, place) => {
    made[column] = values[place];
  });
  keys.set(number, key);
  rows.set(key, made);
}

function changedFields(state: ChannelState, message: Delta): Readonly<Record<string, unknown>> {
  const gone = message.gone?.filter((name) => typeof name === "string") ?? [];
  if (!message.fields && gone.length === 0) return state.fields;
  const fields = { ...state.fields, ...message.fields };
  for (const name of gone) delete fields[name];
  return fields;
}
