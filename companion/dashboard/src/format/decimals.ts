import { isNumber, type Value } from "./formatter";

const MOST = 10;
const seen = new Map<string, number>();

/**
 * How many decimals prices of a coin have. The exchange's own prices have those of its tick, less the zeros at their
 * end; the most that a coin has shown is kept, so that a column does not change its width each second.
 */
export function priceDecimals(symbol: string, ...marketPrices: Value[]): number {
  let most = seen.get(symbol) ?? 0;
  for (const price of marketPrices) {
    if (isNumber(price)) most = Math.max(most, decimalsOf(price));
  }
  seen.set(symbol, most);
  return most;
}

function decimalsOf(price: number): number {
  const [mantissa = "", exponent = "0"] = String(price).split("e");
  const written = mantissa.split(".")[1]?.length ?? 0;
  return Math.min(MOST, Math.max(0, written - Number(exponent)));
}
