import { expect, test } from "vitest";
import type { Schemas } from "../../api/client";
import { aboutOf } from "./acts";
import { coinsIn, listed } from "./blacklist";
import { standing } from "./locks";

const lock = (id: string, pair: string, guard: string | null) => ({ id, pair, guard }) as Schemas["Lock"];

test("blocks of the kill switch stand apart, a coin of two bots once", () => {
  const found = standing([
    lock("a-1", "*", "DAILY_LOSS"),
    lock("a-2", "BTC/USDT:USDT", "KILL_SWITCH"),
    lock("b-1", "BTC/USDT:USDT", "KILL_SWITCH"),
    lock("b-2", "ETH/USDT:USDT", null),
  ]);
  expect(found.locks.map((each) => each.id)).toEqual(["a-1", "b-2"]);
  expect(found.blocks.map((each) => each.id)).toEqual(["a-2"]);
});

test("an entry of two blacklists is one, and a pattern is no coin", () => {
  const found = listed([
    { bot: "a", pairs: ["BNB/.*", "DOGE/USDT:USDT"] },
    { bot: "b", pairs: ["DOGE/USDT:USDT"] },
  ]);
  expect(found).toEqual([
    { pair: "DOGE/USDT:USDT", bots: ["a", "b"], isPattern: false },
    { pair: "BNB/.*", bots: ["a"], isPattern: true },
  ]);
});

test("coins are typed in any spelling and each counts once", () => {
  expect(coinsIn(" btc, ethusdt;SOL/USDT:USDT BTC ")).toEqual(["BTC", "ETHUSDT", "SOL/USDT:USDT"]);
  expect(coinsIn("  ")).toEqual([]);
});

test("an act is about its target, a change of settings about their names", () => {
  expect(aboutOf({ target: "bot-1", before: { "a.b": 1 } })).toBe("bot-1");
  expect(aboutOf({ target: "", before: { digest: "0", "signal.min_confidence": 68 } })).toBe(
    "signal.min_confidence",
  );
  expect(aboutOf({ target: "", before: { state: "running" } })).toBe("");
  expect(aboutOf({ target: "", before: null })).toBe("");
});
