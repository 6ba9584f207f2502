/** What is news between two states of what is shown. Nothing here knows of React, of the clock, or of words. */
import type { Schemas } from "../api/client";
import { isFilled, type LogEntry, type PositionRow } from "../feed/rows";
import { isNumber } from "../format/formatter";

type Trade = Schemas["TradeView"];
type Bot = Schemas["BotAccount"];
type LiveEvidence = Schemas["LiveEvidence"];
type Guard = Schemas["StoplossGuardStatus"];

export type News =
  | { kind: "filled"; position: PositionRow }
  | { kind: "reduced"; position: PositionRow }
  | { kind: "killed"; position: PositionRow }
  | { kind: "delisting"; position: PositionRow }
  | { kind: "closed"; trade: Trade }
  /** More at once than a person reads one by one: after a time without a connection, or when all was closed. */
  | { kind: "many"; of: "filled" | "closed" | "logged"; count: number; isAlarm: boolean }
  | { kind: "logged"; entry: LogEntry }
  | { kind: "bot"; bot: string; became: "silent" | "back" | "running" | "paused" | "stopped" }
  | { kind: "mismatch"; bot: string }
  | { kind: "drift"; bot: string; reason: string; isOver: boolean }
  | { kind: "locked"; untilMs: number | null }
  | { kind: "unlocked" }
  | { kind: "scanner"; isSilent: boolean };

/** What happened longer ago is history that the page only now hears of. */
const NEWS_MS = 10 * 60_000;
/** More than so many of a kind at once are told as their number. */
const MOST_AT_ONCE = 3;
const DRIFTS = "drifts";

/** Fills, reductions, kill switches and announced delistings. Closing is told by the trades. */
export function newsOfPositions(
  before: ReadonlyMap<string, PositionRow>,
  after: ReadonlyMap<string, PositionRow>,
  nowMs: number,
): News[] {
  const news: News[] = [];
  for (const [key, position] of after) {
    const old = before.get(key);
    if (old === position) continue;
    if (isFilled(position) && !(old && isFilled(old)) && isRecent(position.opened_ms, nowMs))
      news.push({ kind: "filled", position });
    else if (old) news.push(...changesOf(old, position));
    if (position.delisting && !old?.delisting) news.push({ kind: "delisting", position });
  }
  return gathered(news, "filled");
}

function changesOf(old: PositionRow, position: PositionRow): News[] {
  if (position.kill_switch?.first_done && old.kill_switch?.first_done === false)
    return [{ kind: "killed", position }];
  const { remaining_pct: left } = position;
  const isLess = isNumber(left) && isNumber(old.remaining_pct) && left < old.remaining_pct;
  return isLess ? [{ kind: "reduced", position }] : [];
}

/** Trades that have closed; an id that was there is none. */
export function newsOfTrades(before: readonly Trade[], after: readonly Trade[], nowMs: number): News[] {
  if (before === after) return [];
  const known = new Set(before.map((trade) => trade.id));
  const fresh = after.filter((trade) => !known.has(trade.id) && isRecent(trade.closed_ms, nowMs));
  return gathered(
    fresh.map((trade) => ({ kind: "closed", trade })),
    "closed",
  );
}

/** Lines that are alarms. Entries that do not go on from those before are another beginning, and no news. */
export function newsOfLogs(before: readonly LogEntry[], after: readonly LogEntry[]): News[] {
  const last = before.at(-1);
  const from = last === undefined ? 0 : after.lastIndexOf(last) + 1;
  if (last !== undefined && from === 0) return [];
  const alarms = after.slice(from).filter(isAlarmLine);
  return gathered(
    alarms.map((entry) => ({ kind: "logged", entry })),
    "logged",
  );
}

/** Alarms that docs/logs.md lists although they are only warnings. EVIDENCE_DRIFT is told by the evidence itself. */
const ALARM_LINES =
  /^(MARKET silent|DIGEST_MISMATCH|RECORDER: .* dead|AUDIT: not stored|SCANNER_PAIRLIST not)/;

function isAlarmLine({ level, message }: LogEntry): boolean {
  return level === "ERROR" || level === "CRITICAL" || ALARM_LINES.test(message);
}

export function newsOfBots(before: readonly Bot[], after: readonly Bot[]): News[] {
  const old = new Map(before.map((bot) => [bot.bot, bot]));
  return after.flatMap((bot) => {
    const was = old.get(bot.bot);
    return was && was !== bot ? newsOfBot(was, bot) : [];
  });
}

function newsOfBot(was: Bot, is: Bot): News[] {
  const { bot } = is;
  const news: News[] = is.mismatches > was.mismatches ? [{ kind: "mismatch", bot }] : [];
  if (was.reachable !== is.reachable)
    return [...news, { kind: "bot", bot, became: is.reachable ? "back" : "silent" }];
  const became = stateOf(is.state);
  const hasChanged = became !== undefined && stateOf(was.state) !== undefined && is.state !== was.state;
  return hasChanged ? [...news, { kind: "bot", bot, became }] : news;
}

function stateOf(state: string | null): "running" | "paused" | "stopped" | undefined {
  return state === "running" || state === "paused" || state === "stopped" ? state : undefined;
}

export function newsOfEvidence(before: readonly LiveEvidence[], after: readonly LiveEvidence[]): News[] {
  const old = new Map(before.map((one) => [one.bot, one.drift === DRIFTS]));
  return after.flatMap(({ bot, drift, reason }) => {
    const did = old.get(bot);
    const does = drift === DRIFTS;
    return did === undefined || did === does ? [] : [{ kind: "drift", bot, reason, isOver: did }];
  });
}

export function newsOfGuard(before: Guard, after: Guard): News[] {
  if (before.global_locked === after.global_locked) return [];
  return [after.global_locked ? { kind: "locked", untilMs: after.locked_until_ms } : { kind: "unlocked" }];
}

export function newsOfScanner(wasSilent: boolean, isSilent: boolean): News[] {
  return wasSilent === isSilent ? [] : [{ kind: "scanner", isSilent }];
}

/** Categories of close reasons that a person has to know of at once (docs/close-reasons.md). */
const ALARMING = new Set<string | null>(["emergency", "kill", "delisting", "external"]);

/** Whether it is said at once, and stays until it is put away. */
export function isAlarm(news: News): boolean {
  switch (news.kind) {
    case "killed":
    case "delisting":
    case "logged":
    case "mismatch":
    case "locked":
      return true;
    case "closed":
      return ALARMING.has(news.trade.category);
    case "many":
      return news.isAlarm;
    case "bot":
      return news.became === "silent" || news.became === "stopped";
    case "drift":
      return !news.isOver;
    case "scanner":
      return news.isSilent;
    default:
      return false;
  }
}

function isRecent(ms: number, nowMs: number): boolean {
  return nowMs - ms < NEWS_MS;
}

/** Few are told one by one, many of the same kind as their number. */
function gathered(news: News[], of: "filled" | "closed" | "logged"): News[] {
  const same = news.filter((one) => one.kind === of);
  if (same.length <= MOST_AT_ONCE) return news;
  const rest = news.filter((one) => one.kind !== of);
  return [...rest, { kind: "many", of, count: same.length, isAlarm: same.some(isAlarm) }];
}
