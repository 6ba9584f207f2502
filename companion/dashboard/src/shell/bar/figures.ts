import type { Schemas } from "../../api/client";
import { isFilled, type PositionRow } from "../../feed/rows";
import { isNumber } from "../../format/formatter";
import { sumOf } from "../../format/sum";

export type BotCondition = "live" | "dry" | "paused" | "stopped" | "locked" | "unreachable" | "unknown";

/** What one word says about the bots: the worst of them counts. */
export function conditionOf(bots: readonly Schemas["BotAccount"][], isLocked: boolean): BotCondition {
  if (bots.length === 0) return "unknown";
  if (bots.some((bot) => !bot.reachable)) return "unreachable";
  if (bots.some((bot) => bot.state === "stopped")) return "stopped";
  if (bots.some((bot) => bot.state === "paused")) return "paused";
  if (isLocked) return "locked";
  return bots.some((bot) => bot.run_mode === "live") ? "live" : "dry";
}

/** Open result of all positions in USDT; orders that wait have none. */
export function openResult(positions: Iterable<PositionRow>): number | null {
  const filled = [...positions].filter(isFilled);
  return sumOf(filled.map((position) => position.unrealised_pnl));
}

/** How far the price of the nearest position is from the level of its kill switch, in %; null without one. */
export function killSwitchDistance(positions: Iterable<PositionRow>): { symbol: string; pct: number } | null {
  let nearest: { symbol: string; pct: number } | null = null;
  for (const { symbol, kill_switch: levels } of positions) {
    const pct = levels?.first_done ? levels.full?.distance_pct : levels?.first?.distance_pct;
    if (isNumber(pct) && (nearest === null || pct < nearest.pct)) nearest = { symbol, pct };
  }
  return nearest;
}

/** The oldest answer of a bot, ms; 0 where one has never answered. */
export function oldestAnswer(bots: readonly Schemas["BotAccount"][]): number {
  return bots.length === 0 ? 0 : Math.min(...bots.map((bot) => bot.asked_ms));
}
