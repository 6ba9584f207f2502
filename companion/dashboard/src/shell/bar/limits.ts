/** A candle has five minutes, and its decision is there seconds after it. */
export const DECISION_LIMIT_MS = 330_000;
export const FEED_LIMIT_MS = 5_000;
export const BOT_LIMIT_MS = 30_000;
