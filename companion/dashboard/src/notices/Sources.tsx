import { useEffect, useRef } from "react";
import type { Schemas } from "../api/client";
import { useEvidenceOfAll, useModulesOfAll, usePortfolioOfAll } from "../api/queries";
import type { LogEntry, PositionRow } from "../feed/rows";
import { useChannel, useDocument, useFeedState } from "../feed/useFeed";
import { DECISION_LIMIT_MS } from "../shell/bar/limits";
import { useNow } from "../store/clock";
import {
  type News,
  newsOfBots,
  newsOfEvidence,
  newsOfGuard,
  newsOfLogs,
  newsOfPositions,
  newsOfScanner,
  newsOfTrades,
} from "./news";
import { forget, tell } from "./notices";

type Rows = ReadonlyMap<string, PositionRow>;

/** Listens to all bots, whichever is shown: what happens to one that is not shown is news too. Draws nothing. */
export function Sources() {
  const trades = useChannel("trades")?.entries as readonly Schemas["TradeView"][] | undefined;
  const logs = useChannel("logs")?.entries as readonly LogEntry[] | undefined;
  useNews(useChannel("positions")?.rows as Rows | undefined, positionsNow);
  useNews(trades, tradesNow);
  useNews(logs, newsOfLogs);
  useNews(usePortfolioOfAll().data?.bots, newsOfBots);
  useNews(useEvidenceOfAll().data?.bots, newsOfEvidence);
  useNews(useModulesOfAll().data?.stoploss_guard, newsOfGuard);
  useNews(useScannerSilence(), newsOfScanner);
  // The next person who logs in has nothing of it.
  useEffect(() => forget, []);
  return null;
}

const positionsNow = (before: Rows, after: Rows) => newsOfPositions(before, after, Date.now());
const tradesNow = (before: readonly Schemas["TradeView"][], after: readonly Schemas["TradeView"][]) =>
  newsOfTrades(before, after, Date.now());

/** The first state that is heard of is where it begins, and no news. */
function useNews<State>(state: State | undefined, newsOf: (before: State, after: State) => News[]): void {
  const known = useRef<State>(undefined);
  useEffect(() => {
    const before = known.current;
    if (state === undefined) return;
    known.current = state;
    if (before !== undefined && before !== state) tell(newsOf(before, state));
  }, [state, newsOf]);
}

/** Nothing is said of the scanner while the page itself hears nothing. */
function useScannerSilence(): boolean | undefined {
  const isLive = useFeedState().phase === "live";
  const closeMs = useDocument("funnel")?.close_ms;
  const now = useNow();
  return isLive && closeMs ? now - closeMs > DECISION_LIMIT_MS : undefined;
}
