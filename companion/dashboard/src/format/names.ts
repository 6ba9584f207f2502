/** BTC of BTC/USDT:USDT or BTCUSDT: the quote is the same everywhere. */
export function baseOf(pair: string): string {
  return pair.split("/")[0]?.replace(/USDT$/, "") || pair;
}
