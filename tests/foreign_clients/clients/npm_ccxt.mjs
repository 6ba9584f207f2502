// npm's `ccxt` (with ccxt.pro) against the address of an exchange: prints what it got as one JSON object.
import ccxt from 'ccxt';

const [rest, ws, begin] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const pair = 'BTC/USDT:USDT';
const exchange = new ccxt.pro.binanceusdm({
  enableRateLimit: false,
  options: { fetchMarkets: { types: ['linear'] }, fetchCurrencies: false },
  urls: {
    api: {
      fapiPublic: `${rest}/fapi/v1`,
      fapiPublicV2: `${rest}/fapi/v2`,
      fapiPublicV3: `${rest}/fapi/v3`,
      fapiData: `${rest}/futures/data`,
      // Later versions name it linear.
      ws: { future: `${ws}/ws`, linear: `${ws}/ws` },
    },
  },
});
// The client refuses ws:// addresses before this, with or without a proxy.
await exchange.loadHttpProxyAgent();
const markets = await exchange.loadMarkets();
const premium = await exchange.fetchPremiumIndexOHLCV(pair, '1h', begin, 24);
const history = await exchange.fetchOpenInterestHistory(pair, '1h', begin, 24);
const facts = {
  symbols: Object.values(markets).map((market) => market.id),
  candles: await exchange.fetchOHLCV(pair, '1h', begin, 24),
  premium: premium.map((row) => row.slice(0, 5)),
  open_interest: history.map((row) => [row.timestamp, row.openInterestAmount]),
};
// The client itself compares the update numbers of every event, and throws at a gap.
for (let count = 0; count < 30; count += 1) await exchange.watchOrderBook(pair);
facts.book = exchange.orderbooks[pair].bids[0][0] < exchange.orderbooks[pair].asks[0][0];
const seen = new Set();
while (seen.size < 2) for (const candle of await exchange.watchOHLCV(pair, '5m')) seen.add(candle[0]);
facts.watched = Math.max(...seen) - Math.min(...seen);
await exchange.close();
console.log(JSON.stringify(facts));
process.exit(0);
