import type { Schemas } from "../../api/client";

export interface Listed {
  pair: string;
  bots: string[];
  /** A pattern of the configuration names no coin: it is changed there. */
  isPattern: boolean;
}

const PAIR = /^[^*.()|\\]+\/USDT:USDT$/;

/** Each entry of the bots' blacklists once, with the bots that have it; coins first. */
export function listed(all: readonly Schemas["BlacklistEntry"][]): Listed[] {
  const found = new Map<string, Listed>();
  for (const { bot, pairs } of all) {
    for (const pair of pairs) {
      const entry = found.get(pair) ?? { pair, bots: [], isPattern: !PAIR.test(pair) };
      entry.bots.push(bot);
      found.set(pair, entry);
    }
  }
  return [...found.values()].sort((one, other) => Number(one.isPattern) - Number(other.isPattern));
}

/** The coins that somebody has typed, each once: BTC, ETHUSDT and SOL/USDT:USDT are coins. */
export function coinsIn(text: string): string[] {
  const words = text.toUpperCase().split(/[\s,;]+/);
  return [...new Set(words.filter(Boolean))];
}
