import { describe, expect, it } from "vitest";
import type { Schemas } from "../api/client";
import type { LogEntry, PositionRow } from "../feed/rows";
import {
  isAlarm,
  type News,
  newsOfBots,
  newsOfEvidence,
  newsOfGuard,
  newsOfLogs,
  newsOfPositions,
  newsOfScanner,
  newsOfTrades,
} from "./news";
import { MOST_KEPT, MOST_SHOWN, NO_NOTICES, withNews } from "./notices";

const NOW = 1_000_000_000;
const kinds = (news: readonly News[]) => news.map((one) => one.kind);
const position = (change: Partial<PositionRow>) =>
  ({
    state: "open",
    opened_ms: NOW - 1_000,
    remaining_pct: 100,
    kill_switch: { first_done: false },
    delisting: null,
    ...change,
  }) as PositionRow;
const rows = (...found: PositionRow[]) =>
  new Map(found.map((row, place): [string, PositionRow] => [`bot-${place}`, row]));
const trade = (id: string, change: Partial<Schemas["TradeView"]> = {}) =>
  ({ id, closed_ms: NOW - 1_000, category: "target", ...change }) as Schemas["TradeView"];
const line = (message: string, level = "WARNING"): LogEntry => ({ time: 1, level, logger: "x", message });
const bot = (change: Partial<Schemas["BotAccount"]>) =>
  ({ bot: "a", reachable: true, state: "running", mismatches: 0, ...change }) as Schemas["BotAccount"];

describe("news of positions", () => {
  it("is a fill, of an order that waited too; the order alone is none", () => {
    const order = position({ state: "entry order" });
    expect(kinds(newsOfPositions(rows(), rows(position({})), NOW))).toEqual(["filled"]);
    expect(kinds(newsOfPositions(rows(order), rows(position({})), NOW))).toEqual(["filled"]);
    expect(newsOfPositions(rows(), rows(order), NOW)).toEqual([]);
  });

  it("is no position that only its price has changed, nor one that was filled long ago", () => {
    expect(newsOfPositions(rows(position({})), rows(position({ mark_price: 2 })), NOW)).toEqual([]);
    expect(newsOfPositions(rows(), rows(position({ opened_ms: NOW - 3_600_000 })), NOW)).toEqual([]);
  });

  it("is a kill switch, a reduction, an announced delisting", () => {
    const killed = position({
      kill_switch: { first_done: true } as PositionRow["kill_switch"],
      remaining_pct: 50,
    });
    expect(kinds(newsOfPositions(rows(position({})), rows(killed), NOW))).toEqual(["killed"]);
    expect(kinds(newsOfPositions(rows(position({})), rows(position({ remaining_pct: 90 })), NOW))).toEqual([
      "reduced",
    ]);
    const delisted = position({ delisting: { delivery_ms: 5, closes_from_ms: 4 } });
    expect(kinds(newsOfPositions(rows(position({})), rows(delisted), NOW))).toEqual(["delisting"]);
    expect(newsOfPositions(rows(delisted), rows({ ...delisted }), NOW)).toEqual([]);
  });

  it("is one number when more come at once than a person reads", () => {
    const found = newsOfPositions(rows(), rows(...Array.from({ length: 9 }, () => position({}))), NOW);
    expect(found).toEqual([{ kind: "many", of: "filled", count: 9, isAlarm: false }]);
  });
});

describe("news of trades", () => {
  it("is a trade that was not there, told once", () => {
    const before = [trade("1")];
    expect(kinds(newsOfTrades(before, [trade("1"), trade("2")], NOW))).toEqual(["closed"]);
    expect(newsOfTrades(before, [trade("1")], NOW)).toEqual([]);
    expect(newsOfTrades(before, [trade("9", { closed_ms: 1 })], NOW)).toEqual([]);
  });

  it("is an alarm where the kill switch, an emergency, a delisting or somebody else has closed", () => {
    const alarms = ["kill", "emergency", "delisting", "external", "stop", "target", null].filter((category) =>
      isAlarm({ kind: "closed", trade: trade("1", { category }) }),
    );
    expect(alarms).toEqual(["kill", "emergency", "delisting", "external"]);
  });

  it("stays an alarm among many", () => {
    const many = ["1", "2", "3", "4"].map((id) => trade(id, { category: id === "3" ? "kill" : "stop" }));
    expect(newsOfTrades([], many, NOW)).toEqual([{ kind: "many", of: "closed", count: 4, isAlarm: true }]);
  });
});

describe("news of the log", () => {
  it("is an error, and a warning that the manual calls an alarm", () => {
    const first = line("56 coins listed", "INFO");
    const after = [
      first,
      line("scanner failed (1 in a row)", "ERROR"),
      line("MARKET silent: nothing is heard of any of 56 coins; no coin is fresh"),
      line("connection x is lost: y"),
    ];
    const found = newsOfLogs([first], after);
    expect(kinds(found)).toEqual(["logged", "logged"]);
    expect(found.every(isAlarm)).toBe(true);
  });

  it("is nothing of a new beginning: a snapshot is no news", () => {
    expect(newsOfLogs([line("old")], [line("other", "ERROR")])).toEqual([]);
  });
});

describe("news of bots, evidence, guard and scanner", () => {
  it("is a bot that falls silent, comes back, stops, or decides otherwise than the scanner", () => {
    const between = (was: Partial<Schemas["BotAccount"]>, is: Partial<Schemas["BotAccount"]>) =>
      newsOfBots([bot(was)], [bot(is)]);
    expect(between({}, { reachable: false })).toEqual([{ kind: "bot", bot: "a", became: "silent" }]);
    expect(between({ reachable: false }, {})).toEqual([{ kind: "bot", bot: "a", became: "back" }]);
    expect(between({}, { state: "paused" })).toEqual([{ kind: "bot", bot: "a", became: "paused" }]);
    expect(kinds(between({}, { mismatches: 1 }))).toEqual(["mismatch"]);
    expect(between({}, { equity: 5 })).toEqual([]);
    expect(between({ state: null }, {})).toEqual([]);
    expect(newsOfBots([], [bot({ reachable: false })])).toEqual([]);
  });

  it("is a drift that begins or is over", () => {
    const one = (drift: string) => [{ bot: "a", drift, reason: "r" } as Schemas["LiveEvidence"]];
    expect(newsOfEvidence(one("in line"), one("drifts"))).toMatchObject([{ kind: "drift", isOver: false }]);
    expect(newsOfEvidence(one("drifts"), one("in line"))).toMatchObject([{ kind: "drift", isOver: true }]);
    expect(newsOfEvidence(one("too little"), one("in line"))).toEqual([]);
    expect(newsOfEvidence([], one("drifts"))).toEqual([]);
  });

  it("is a lock of all entries, and its end; a scanner that is silent, and back", () => {
    const guard = (global_locked: boolean) =>
      ({ global_locked, locked_until_ms: 7 }) as Schemas["StoplossGuardStatus"];
    expect(newsOfGuard(guard(false), guard(true))).toEqual([{ kind: "locked", untilMs: 7 }]);
    expect(kinds(newsOfGuard(guard(true), guard(false)))).toEqual(["unlocked"]);
    expect(newsOfGuard(guard(true), guard(true))).toEqual([]);
    expect(newsOfScanner(false, true).map(isAlarm)).toEqual([true]);
    expect(newsOfScanner(true, false).map(isAlarm)).toEqual([false]);
  });
});

describe("the list of notices", () => {
  const unlocked: News = { kind: "unlocked" };

  it("keeps the newest, shows a few, and counts what has not been read", () => {
    const full = withNews(
      NO_NOTICES,
      Array.from({ length: MOST_KEPT + 7 }, () => unlocked),
      NOW,
    );
    expect(full.list).toHaveLength(MOST_KEPT);
    expect(full.shown).toEqual([57, 56, 55]);
    expect(full.shown).toHaveLength(MOST_SHOWN);
    expect(full.unread).toBe(MOST_KEPT);
    expect(full.list[0]).toMatchObject({ id: 57, atMs: NOW, times: 1 });
  });

  it("counts a log line that repeats within a minute, and tells it anew afterwards", () => {
    const logged = (message: string): News => ({ kind: "logged", entry: line(message, "ERROR") });
    const one = withNews(NO_NOTICES, [logged("a"), logged("b"), logged("a")], NOW);
    expect(one.list.map((notice) => notice.times)).toEqual([2, 1]);
    expect(one.unread).toBe(2);
    expect(withNews(one, [logged("a")], NOW + 61_000).list).toHaveLength(3);
  });
});
