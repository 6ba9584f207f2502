import { describe, expect, it } from "vitest";
import type { Schemas } from "../api/client";
import { botInForce, ofBot, rowsOfBot } from "./chosen";
import { portfolioOf } from "./portfolio";

const position = (bot: string, invested: number | null, state = "open") =>
  ({ bot, state, invested, notional: 10, unrealised_pnl: -1 }) as Schemas["Position"];

describe("the bot that is shown", () => {
  it("is all of them until one is chosen", () => {
    expect(botInForce("", ["a", "b"])).toBeUndefined();
    expect(botInForce("b", ["a", "b"])).toBe("b");
  });

  it("is all of them again when the chosen one is gone, or is the only one", () => {
    expect(botInForce("c", ["a", "b"])).toBeUndefined();
    expect(botInForce("a", ["a"])).toBeUndefined();
    expect(botInForce("a", [])).toBeUndefined();
  });

  it("leaves lists and rows as they are where all are shown, so that nothing is drawn again", () => {
    const rows = new Map([["a-1", { bot: "a" }]]);
    const list = [{ bot: "a" }, { bot: "b" }];
    expect(rowsOfBot(rows, undefined)).toBe(rows);
    expect(ofBot(list, undefined)).toBe(list);
    expect(rowsOfBot(rows, "b").size).toBe(0);
    expect(ofBot(list, "b")).toEqual([{ bot: "b" }]);
  });

  it("has its own sums; an entry order that waits is in none of them", () => {
    const all = {
      bots: [{ bot: "a" }, { bot: "b" }] as Schemas["BotAccount"][],
      positions: [position("a", 5), position("b", 7), position("b", 1, "entry order")],
      invested: 12,
      notional: 20,
      unrealised_pnl: -2,
    };
    expect(portfolioOf(all, undefined)).toBe(all);
    expect(portfolioOf(all, "b")).toMatchObject({ invested: 7, notional: 10, unrealised_pnl: -1 });
    expect(portfolioOf(all, "b").bots.map((bot) => bot.bot)).toEqual(["b"]);
    expect(portfolioOf(all, "b").positions).toHaveLength(2);
  });
});
