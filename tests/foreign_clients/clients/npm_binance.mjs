// npm's `binance` against the address of an exchange: prints what it got as one JSON object.
import { USDMClient, WebsocketClient } from 'binance';

const [rest, ws, begin] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const client = new USDMClient({ baseUrl: rest, disableTimeSync: true });
const hours = { symbol: 'BTCUSDT', interval: '1h', startTime: begin, limit: 24 };

const info = await client.getExchangeInfo();
const history = await client.getOpenInterestStatistics({ symbol: 'BTCUSDT', period: '1h', startTime: begin, limit: 24 });
const facts = {
  symbols: info.symbols.map((entry) => entry.symbol),
  candles: (await client.getKlines(hours)).map((row) => row.slice(0, 6)),
  premium: (await client.getPremiumIndexKlines(hours)).map((row) => row.slice(0, 5)),
  open_interest: history.map((row) => [row.timestamp, row.sumOpenInterest]),
  refusal: await client
    .getAggregateTrades({ symbol: 'BTCUSDT', startTime: begin, endTime: begin + 3600001 })
    .then(() => 0, (error) => error.code),
};

const quiet = { trace() {}, info() {}, error: (...texts) => console.error(...texts) };
const sockets = new WebsocketClient({ wsUrl: ws, beautify: false }, quiet);
sockets.on('message', (message) => {
  if (message.e === 'depthUpdate' && !facts.depth) facts.depth = [message.pu, message.U, message.u];
  if (message.e === 'continuous_kline' && message.k.x) {
    facts.closed = ['t', 'o', 'h', 'l', 'c', 'v'].map((name) => message.k[name]);
  }
  if (facts.depth && facts.closed) {
    console.log(JSON.stringify(facts));
    process.exit(0);
  }
});
sockets.subscribe(['btcusdt@nothing', 'btcusdt_perpetual@continuousKline_5m'], 'usdmMarket');
sockets.subscribe(['btcusdt@depth5'], 'usdmPublic');
setTimeout(() => process.exit(1), 45000);
