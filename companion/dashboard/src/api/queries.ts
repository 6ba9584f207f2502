import { keepPreviousData, QueryClient, queryOptions, useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { ofBot } from "../bots/chosen";
import { modulesOf, portfolioOf } from "../bots/portfolio";
import { useBot } from "../bots/useBot";
import { preferences } from "../preferences/preferences";
import { useStore } from "../store/store";
import { answered, api, type Schemas } from "./client";
import { each } from "./pace";
import { portfolioQuery } from "./portfolio";
import { Problem } from "./problem";

const SECOND = 1000;

/** What was asked before stays on the screen while it is asked again; a refusal is not repeated at once. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2 * SECOND,
      placeholderData: keepPreviousData,
      retry: (count, error) => error instanceof Problem && error.status === 0 && count < 2,
    },
  },
});

/** What the figures of a bot are asked with, and how they are kept: never one bot's as another's. */
function useOfBot() {
  const bot = useBot();
  const query = bot === undefined ? {} : { bot };
  function placeholderData<Data>(
    before: Data | undefined,
    asked: { queryKey: readonly unknown[] } | undefined,
  ) {
    return asked?.queryKey.at(-1) === (bot ?? "") ? before : undefined;
  }
  return { bot: bot ?? "", query, placeholderData };
}

const modulesQuery = queryOptions({
  queryKey: ["modules"],
  queryFn: () => answered(api.GET("/api/v1/phase193/status")),
  refetchInterval: each(5),
});

const evidenceQuery = queryOptions({
  queryKey: ["evidence", "live"],
  queryFn: () => answered(api.GET("/api/v1/evidence/live")),
  refetchInterval: each(30),
});

/** The same of all bots, whichever is shown. */
export const usePortfolioOfAll = () => useQuery(portfolioQuery);
export const useModulesOfAll = () => useQuery(modulesQuery);
export const useEvidenceOfAll = () => useQuery(evidenceQuery);

/** Open positions and the bots that are shown: what the bar and the portfolio are made of. */
export function usePortfolio() {
  const bot = useBot();
  const select = useCallback((found: Schemas["Positions"]) => portfolioOf(found, bot), [bot]);
  return useQuery({ ...portfolioQuery, select });
}

/** What this is: the product, whose prices, whose money. */
export function useAbout() {
  return useQuery({
    queryKey: ["about"],
    queryFn: () => answered(api.GET("/api/v1/about")),
    refetchInterval: each(10),
  });
}

export function usePerformance() {
  const { bot, query, placeholderData } = useOfBot();
  return useQuery({
    queryKey: ["performance", "summary", bot],
    queryFn: () => answered(api.GET("/api/v1/performance/summary", { params: { query } })),
    refetchInterval: each(10),
    placeholderData,
  });
}

export function useModules() {
  const bot = useBot();
  const select = useCallback((found: Schemas["ModulesStatus"]) => modulesOf(found, bot), [bot]);
  return useQuery({ ...modulesQuery, select });
}

/** The last closed trades, newest first, their reasons in the page's language. */
export function useTrades(limit: number) {
  const lang = useStore(preferences).language;
  const { bot, query, placeholderData } = useOfBot();
  return useQuery({
    queryKey: ["trades", limit, bot, lang],
    queryFn: () => answered(api.GET("/api/v1/trades", { params: { query: { ...query, limit, lang } } })),
    refetchInterval: each(30),
    placeholderData,
  });
}

/** Why a coin is traded or not: the explanation of its last candle, in the page's language. */
export function useCoin(symbol: string) {
  const lang = useStore(preferences).language;
  return useQuery({
    queryKey: ["coin", symbol, lang],
    queryFn: () =>
      answered(api.GET("/api/v1/coins/{symbol}", { params: { path: { symbol }, query: { lang } } })),
    refetchInterval: each(5),
    enabled: symbol !== "",
  });
}

/** The last two days of a coin's candles, and what was decided at each of the last day. */
export function useCandles(symbol: string) {
  return useQuery({
    queryKey: ["coin", symbol, "candles"],
    queryFn: () =>
      answered(
        api.GET("/api/v1/coins/{symbol}/candles", {
          params: { path: { symbol }, query: { limit: 576 } },
        }),
      ),
    refetchInterval: each(15),
  });
}

/** Closed trades of one coin, newest first. */
export function useTradesOf(symbol: string) {
  const { bot, query } = useOfBot();
  return useQuery({
    queryKey: ["trades", "of", symbol, bot],
    queryFn: () =>
      answered(api.GET("/api/v1/trades", { params: { query: { ...query, symbol, limit: 200 } } })),
    refetchInterval: each(30),
  });
}

/** Every setting with its definition, and whether the bots run with what is in force. */
export function useSettings() {
  return useQuery({
    queryKey: ["settings"],
    queryFn: () => answered(api.GET("/api/v1/settings")),
    refetchInterval: each(5),
  });
}

/** What has been shown for each bot's settings, and how its own trades compare. */
export function useLiveEvidence() {
  const bot = useBot();
  const select = useCallback(
    (found: Schemas["LiveEvidenceOfBots"]) => ({ ...found, bots: [...ofBot(found.bots, bot)] }),
    [bot],
  );
  return useQuery({ ...evidenceQuery, select });
}

/** Results of the last days with trades, newest first. */
export function useDays() {
  const { bot, query, placeholderData } = useOfBot();
  return useQuery({
    queryKey: ["performance", "daily", bot],
    queryFn: () =>
      answered(api.GET("/api/v1/performance/daily", { params: { query: { ...query, limit: 60 } } })),
    refetchInterval: each(30),
    placeholderData,
  });
}

/** Results of every coin that was traded, best first. */
export function useCoinPerformance() {
  const { bot, query, placeholderData } = useOfBot();
  return useQuery({
    queryKey: ["performance", "coins", bot],
    queryFn: () =>
      answered(api.GET("/api/v1/performance/coins", { params: { query: { ...query, limit: 1_000 } } })),
    refetchInterval: each(30),
    placeholderData,
  });
}

/** The changes of settings, newest first. */
export function useSettingsHistory(limit: number) {
  return useQuery({
    queryKey: ["settings", "history", limit],
    queryFn: () => answered(api.GET("/api/v1/settings/history", { params: { query: { limit } } })),
    refetchInterval: each(15),
  });
}

/** Results by hour of the week of the close. */
export function useHours() {
  const { bot, query, placeholderData } = useOfBot();
  return useQuery({
    queryKey: ["performance", "hours", bot],
    queryFn: () => answered(api.GET("/api/v1/performance/hours", { params: { query } })),
    refetchInterval: each(30),
    placeholderData,
  });
}

/** The scanner: what it does now, and its last pass. */
export function useScanner() {
  return useQuery({
    queryKey: ["scanner"],
    queryFn: () => answered(api.GET("/api/v1/scanner/status")),
    refetchInterval: each(3),
  });
}

/** Streams, recorder, database, lease and tasks of the companion. */
export function useParts() {
  return useQuery({
    queryKey: ["parts"],
    queryFn: () => answered(api.GET("/api/v1/parts")),
    refetchInterval: each(5),
  });
}

/** What stops entries of a pair or of all, the longest-lasting first. */
export function useLocks() {
  return useQuery({
    queryKey: ["locks"],
    queryFn: () => answered(api.GET("/api/v1/locks", { params: { query: { limit: 1_000 } } })),
    refetchInterval: each(5),
  });
}

/** What each bot never enters. */
export function useBlacklist() {
  return useQuery({
    queryKey: ["blacklist"],
    queryFn: () => answered(api.GET("/api/v1/blacklist")),
    refetchInterval: each(5),
  });
}

/** What was done by hand, newest first. */
export function useAudit(limit: number) {
  return useQuery({
    queryKey: ["audit", limit],
    queryFn: () => answered(api.GET("/api/v1/audit", { params: { query: { limit } } })),
    refetchInterval: each(10),
  });
}

/** What the parts say that are not in this release: their state never changes while the page is open. */
export function useAbsentParts() {
  return useQuery({
    queryKey: ["absent"],
    queryFn: () =>
      Promise.all([
        answered(api.GET("/api/v1/optimizer/status")),
        answered(api.GET("/api/v1/replays")),
        answered(api.GET("/api/v1/recovery")),
        answered(api.GET("/api/v1/reconciliation")),
      ]),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
