import type { Schemas } from "../api/client";

export type MarketKind = Schemas["About"]["market"]["kind"];
export type Money = "live" | "none" | "unknown";

/** Whether real money is traded; what the companion cannot say is unknown, never "no". */
export function moneyOf(isLive: boolean | null | undefined): Money {
  if (isLive === true) return "live";
  return isLive === false ? "none" : "unknown";
}
