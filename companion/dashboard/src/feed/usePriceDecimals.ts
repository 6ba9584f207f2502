import { priceDecimals } from "../format/decimals";
import { useRow } from "./useFeed";

/** Decimals of a coin's prices, from its last trades: mark prices have more than the tick. */
export function usePriceDecimals(symbol: string): number {
  const coin = useRow("opportunities", symbol);
  return priceDecimals(symbol, coin?.price, coin?.last_price);
}
