import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Socket } from "./connection";
import { Feed } from "./feed";
import { type Delta, parseMessage, type Snapshot } from "./messages";
import { Mirror } from "./mirror";
import text from "./recorded/demo.jsonl?raw";

const lines = text.trim().split("\n");
const messages = lines.map((line) => {
  const message = parseMessage(line);
  if (!message) throw new Error(line.slice(0, 80));
  return message;
});
const snapshots = messages.filter((one): one is Snapshot => one.type === "snapshot");
const deltas = messages.filter((one): one is Delta => one.type === "delta");

function mirrorOf(): Mirror {
  const mirror = new Mirror();
  for (const snapshot of snapshots) mirror.snapshot(snapshot, 1);
  return mirror;
}

describe("the mirror", () => {
  it("applies what the companion has sent", () => {
    const mirror = mirrorOf();
    const before = mirror.get("positions")?.rows.get("bot-1");
    for (const delta of deltas) expect(mirror.delta(delta, 2)).toBe(true);
    const after = mirror.get("positions")?.rows.get("bot-1");
    expect(before?.mark_price).toBe(100437.0);
    expect(after?.mark_price).not.toBe(before?.mark_price);
    expect(after?.entry_price).toBe(before?.entry_price);
    expect(mirror.get("opportunities")?.changedMs).toBe(2);
  });

  it("keeps the rows that have not changed as they are", () => {
    const mirror = mirrorOf();
    const rows = mirror.get("opportunities")?.rows ?? new Map();
    mirror.delta({ type: "delta", channel: "opportunities", seq: seqOf(mirror) + 1, set: [[0, 9, 1.5]] }, 2);
    const changed = [...(mirror.get("opportunities")?.rows ?? [])].filter(
      ([key, row]) => rows.get(key) !== row,
    );
    expect(changed).toHaveLength(1);
  });

  it("adds, removes and empties", () => {
    const mirror = new Mirror();
    mirror.snapshot(
      { type: "snapshot", channel: "positions", seq: 1, columns: ["a"], rows: [[0, "x", 1]] },
      1,
    );
    mirror.delta({ type: "delta", channel: "positions", seq: 2, add: [[7, "y", 2]], gone: [0] }, 1);
    expect([...(mirror.get("positions")?.rows ?? [])]).toEqual([["y", { key: "y", a: 2 }]]);
    mirror.snapshot({ type: "snapshot", channel: "accounts", seq: 1, fields: { one: 1, two: 2 } }, 1);
    mirror.delta({ type: "delta", channel: "accounts", seq: 2, fields: { two: 3 }, gone: ["one"] }, 1);
    expect(mirror.get("accounts")?.fields).toEqual({ two: 3 });
  });

  it("asks for a snapshot once when a number is missing, and waits for it", () => {
    const mirror = mirrorOf();
    const seq = seqOf(mirror);
    expect(mirror.delta({ type: "delta", channel: "opportunities", seq: seq + 2 }, 1)).toBe(false);
    expect(mirror.get("opportunities")?.isComplete).toBe(false);
    expect(mirror.delta({ type: "delta", channel: "opportunities", seq: seq + 3 }, 1)).toBe(true);
    expect(seqOf(mirror)).toBe(seq);
  });

  it("says of a part that is not there why", () => {
    expect(mirrorOf().get("jobs")).toMatchObject({ isEnabled: false, entries: [] });
    expect(mirrorOf().get("jobs")?.detail).toContain("not part of this release");
  });
});

function seqOf(mirror: Mirror): number {
  return mirror.get("opportunities")?.seq ?? Number.NaN;
}

class ToldSocket {
  readyState = 1 as const;
  said: { op: string; channel?: string }[] = [];
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  close = vi.fn();
  send(said: string): void {
    this.said.push(JSON.parse(said));
  }
  hear(data: string): void {
    this.onmessage?.({ data } as MessageEvent<string>);
  }
}

describe("the feed", () => {
  let sockets: ToldSocket[] = [];
  const last = () => sockets.at(-1) ?? new ToldSocket();
  const started = () => {
    const feed = new Feed(() => {
      sockets.push(new ToldSocket());
      return last();
    });
    feed.start();
    return feed;
  };

  beforeEach(() => {
    vi.useFakeTimers();
    sockets = [];
  });
  afterEach(() => vi.useRealTimers());

  it("subscribes, and asks for a snapshot when a number is missing", () => {
    const feed = started();
    const told = vi.fn();
    feed.subscribe("opportunities", told);
    last().onopen?.(new Event("open"));
    expect(last().said[0]?.op).toBe("subscribe");
    for (const line of lines) last().hear(line);
    expect(feed.state.get().phase).toBe("live");
    expect(told).toHaveBeenCalled();
    last().hear(JSON.stringify({ type: "delta", channel: "opportunities", seq: 1e6 }));
    expect(last().said.at(-1)).toEqual({ op: "snapshot", channel: "opportunities" });
  });

  it("comes back after waits that grow, and keeps what it knew", () => {
    const feed = started();
    for (const line of lines) last().hear(line);
    for (const most of [500, 1000, 2000]) {
      last().onclose?.({} as CloseEvent);
      expect(feed.state.get().phase).toBe("lost");
      const count = sockets.length;
      vi.advanceTimersByTime(most);
      expect(sockets).toHaveLength(count + 1);
    }
    expect(feed.channel("positions")?.rows.size).toBeGreaterThan(0);
  });

  it("gives up a connection on which nothing is heard, even no answer to its ping", () => {
    const feed = started();
    last().hear('{"type":"pong"}');
    vi.advanceTimersByTime(14_000);
    expect(last().said.at(-1)).toEqual({ op: "ping" });
    expect(feed.state.get().phase).toBe("live");
    const silent = last();
    vi.advanceTimersByTime(8_000);
    expect(silent.close).toHaveBeenCalled();
    expect(feed.state.get().phase).not.toBe("live");
    feed.stop();
  });

  it("takes no notice of what is no message", () => {
    started();
    for (const nonsense of ["", "{", "[]", '{"type":"delta"}']) last().hear(nonsense);
  });
});
