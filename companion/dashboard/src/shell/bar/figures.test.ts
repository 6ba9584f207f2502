import { describe, expect, it } from "vitest";
import type { Schemas } from "../../api/client";
import type { PositionRow } from "../../feed/rows";
import { conditionOf, killSwitchDistance, oldestAnswer, openResult } from "./figures";

const bot = (change: Partial<Schemas["BotAccount"]>) =>
  ({
    reachable: true,
    state: "running",
    run_mode: "dry_run",
    asked_ms: 5,
    ...change,
  }) as Schemas["BotAccount"];
const position = (change: Partial<PositionRow>) =>
  ({ unrealised_pnl: 1, state: "open", ...change }) as PositionRow;
const level = (distance_pct: number | null) => ({ price: 1, distance_pct, code: "KILL_SWITCH_FULL" });

describe("the bar's figures", () => {
  it("says the worst that is true of any bot", () => {
    expect(conditionOf([], false)).toBe("unknown");
    expect(conditionOf([bot({})], false)).toBe("dry");
    expect(conditionOf([bot({ run_mode: "live" }), bot({})], false)).toBe("live");
    expect(conditionOf([bot({ run_mode: "live" })], true)).toBe("locked");
    expect(conditionOf([bot({}), bot({ state: "paused" })], true)).toBe("paused");
    expect(conditionOf([bot({ state: "stopped" }), bot({ reachable: false })], false)).toBe("unreachable");
  });

  it("has no sum where a part of it is not known", () => {
    expect(openResult([position({ unrealised_pnl: 2 }), position({ unrealised_pnl: -5 })])).toBe(-3);
    expect(openResult([position({}), position({ unrealised_pnl: null })])).toBeNull();
    expect(openResult([position({}), position({ unrealised_pnl: null, state: "entry order" })])).toBe(1);
    expect(openResult([])).toBe(0);
  });

  it("names the position that is nearest to its kill switch", () => {
    const kill = {
      first_roi_pct: -20,
      full_roi_pct: -35,
      first: level(1.2),
      full: level(2.5),
      first_done: false,
    };
    const found = killSwitchDistance([
      position({ symbol: "A", kill_switch: kill }),
      position({ symbol: "B", kill_switch: { ...kill, first: level(0.1), first_done: true } }),
      position({ symbol: "C", kill_switch: null }),
    ]);
    expect(found).toEqual({ symbol: "A", pct: 1.2 });
    expect(killSwitchDistance([])).toBeNull();
  });

  it("takes the age of the bot that was heard last", () => {
    expect(oldestAnswer([bot({ asked_ms: 9 }), bot({ asked_ms: 4 })])).toBe(4);
    expect(oldestAnswer([])).toBe(0);
  });
});
