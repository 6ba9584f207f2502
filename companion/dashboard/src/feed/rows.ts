import type { Schemas } from "../api/client";
import type { Channel } from "./messages";

type DecidedColumns = Omit<Schemas["CoinView"], "symbol" | "points">;

/** A coin: the decision of the last candle, and what has moved since (the columns that end in `now`, and prices). */
export interface OpportunityRow extends DecidedColumns {
  key: string;
  last_price: number | null;
  mark_price: number | null;
  spread_now: number | null;
  imbalance_now: number | null;
  basis_now: number | null;
  funding_next: number | null;
  distance_pct: number | null;
  score_now: number | null;
  gate_now: string | null;
  stale: boolean | null;
}

/** An open position, as `GET /positions` shows it; `key` is its id. */
export interface PositionRow extends Omit<Schemas["Position"], "id" | "age_hours"> {
  key: string;
}

/** Whether the entry has filled: before, there is an order and no position, and nothing of it is won or lost. */
export function isFilled(position: PositionRow): boolean {
  return position.state === "open";
}

export interface SignalEntry {
  time: number;
  pair: string;
  symbol: string;
  side: string;
  accepted: boolean;
  gate: string;
  score: number | null;
  raw: number | null;
  minimum: number | null;
  leverage: number | null;
  entry_price: number | null;
  stop_price: number | null;
  target_price: number | null;
  points: (number | null)[];
  digest: string;
}

export interface LogEntry {
  time: number;
  level: string;
  logger: string;
  message: string;
}

export interface Account {
  run_mode: string;
  equity: number | null;
  starting_capital: number | null;
  evidence: Schemas["EvidenceVerdict"];
}

/** What each table channel has in its rows. */
export interface TableRows {
  opportunities: OpportunityRow;
  positions: PositionRow;
}
/** What each channel of entries has. */
export interface EntryKinds {
  signals: SignalEntry;
  trades: Schemas["TradeView"];
  logs: LogEntry;
  jobs: unknown;
}
/** What each document channel has. */
export interface Documents {
  accounts: Record<string, Account>;
  funnel: Partial<Schemas["Funnels"]> & { bar?: number; close_ms?: number };
  recovery: Record<string, unknown>;
}

export type TableChannel = keyof TableRows & Channel;
export type EntryChannel = keyof EntryKinds & Channel;
export type DocumentChannel = keyof Documents & Channel;
