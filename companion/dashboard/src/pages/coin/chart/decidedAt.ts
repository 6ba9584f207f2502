import type { Schemas } from "../../../api/client";

/** What was decided at one candle. */
export interface Decided {
  recorded: boolean;
  gate: string;
  side: string | null;
  score: number | null;
  minimum: number | null;
  zscore: number | null;
  threshold: number | null;
}

/** The decision at the close of the candle that opened at `time` (ms); undefined for one that is not decided. */
export function decidedAt(
  { decisions }: Schemas["CoinCandles"],
  time: number | undefined,
): Decided | undefined {
  const place = time === undefined ? -1 : decisions.time.indexOf(time);
  const gate = decisions.gate[place];
  if (gate === undefined) return undefined;
  return {
    gate,
    recorded: decisions.recorded[place] ?? false,
    side: decisions.side[place] ?? null,
    score: decisions.score[place] ?? null,
    minimum: decisions.minimum[place] ?? null,
    zscore: decisions.zscore[place] ?? null,
    threshold: decisions.threshold[place] ?? null,
  };
}
