import { keepPreviousData, QueryClient, useQuery } from "@tanstack/react-query";
import { answered, api } from "./client";
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

/** Open positions and the bots: what the bar and the portfolio are made of. */
export function usePortfolio() {
  return useQuery({
    queryKey: ["positions"],
    queryFn: () => answered(api.GET("/api/v1/positions")),
    refetchInterval: 3 * SECOND,
  });
}

export function usePerformance() {
  return useQuery({
    queryKey: ["performance", "summary"],
    queryFn: () => answered(api.GET("/api/v1/performance/summary")),
    refetchInterval: 10 * SECOND,
  });
}

export function useModules() {
  return useQuery({
    queryKey: ["modules"],
    queryFn: () => answered(api.GET("/api/v1/phase193/status")),
    refetchInterval: 5 * SECOND,
  });
}

/** The last closed trades, newest first. */
export function useTrades(limit: number) {
  return useQuery({
    queryKey: ["trades", limit],
    queryFn: () => answered(api.GET("/api/v1/trades", { params: { query: { limit } } })),
    refetchInterval: 30 * SECOND,
  });
}

/** Why a coin is traded or not: the explanation of its last candle. */
export function useCoin(symbol: string) {
  return useQuery({
    queryKey: ["coin", symbol],
    queryFn: () => answered(api.GET("/api/v1/coins/{symbol}", { params: { path: { symbol } } })),
    refetchInterval: 5 * SECOND,
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
    refetchInterval: 15 * SECOND,
  });
}

/** Closed trades of one coin, newest first. */
export function useTradesOf(symbol: string) {
  return useQuery({
    queryKey: ["trades", "of", symbol],
    queryFn: () => answered(api.GET("/api/v1/trades", { params: { query: { symbol, limit: 200 } } })),
    refetchInterval: 30 * SECOND,
  });
}

/** Every setting with its definition, and whether the bots run with what is in force. */
export function useSettings() {
  return useQuery({
    queryKey: ["settings"],
    queryFn: () => answered(api.GET("/api/v1/settings")),
    refetchInterval: 5 * SECOND,
  });
}

/** What has been shown for each bot's settings, and how its own trades compare. */
export function useLiveEvidence() {
  return useQuery({
    queryKey: ["evidence", "live"],
    queryFn: () => answered(api.GET("/api/v1/evidence/live")),
    refetchInterval: 30 * SECOND,
  });
}

/** Results of the last days with trades, newest first. */
export function useDays() {
  return useQuery({
    queryKey: ["performance", "daily"],
    queryFn: () => answered(api.GET("/api/v1/performance/daily", { params: { query: { limit: 60 } } })),
    refetchInterval: 30 * SECOND,
  });
}

/** Results of every coin that was traded, best first. */
export function useCoinPerformance() {
  return useQuery({
    queryKey: ["performance", "coins"],
    queryFn: () => answered(api.GET("/api/v1/performance/coins", { params: { query: { limit: 1_000 } } })),
    refetchInterval: 30 * SECOND,
  });
}

/** The changes of settings, newest first. */
export function useSettingsHistory(limit: number) {
  return useQuery({
    queryKey: ["settings", "history", limit],
    queryFn: () => answered(api.GET("/api/v1/settings/history", { params: { query: { limit } } })),
    refetchInterval: 15 * SECOND,
  });
}

/** Results by hour of the week of the close. */
export function useHours() {
  return useQuery({
    queryKey: ["performance", "hours"],
    queryFn: () => answered(api.GET("/api/v1/performance/hours")),
    refetchInterval: 30 * SECOND,
  });
}

/** The scanner: what it does now, and its last pass. */
export function useScanner() {
  return useQuery({
    queryKey: ["scanner"],
    queryFn: () => answered(api.GET("/api/v1/scanner/status")),
    refetchInterval: 3 * SECOND,
  });
}

/** Streams, recorder, database, lease and tasks of the companion. */
export function useParts() {
  return useQuery({
    queryKey: ["parts"],
    queryFn: () => answered(api.GET("/api/v1/parts")),
    refetchInterval: 5 * SECOND,
  });
}

/** What stops entries of a pair or of all, the longest-lasting first. */
export function useLocks() {
  return useQuery({
    queryKey: ["locks"],
    queryFn: () => answered(api.GET("/api/v1/locks", { params: { query: { limit: 1_000 } } })),
    refetchInterval: 5 * SECOND,
  });
}

/** What each bot never enters. */
export function useBlacklist() {
  return useQuery({
    queryKey: ["blacklist"],
    queryFn: () => answered(api.GET("/api/v1/blacklist")),
    refetchInterval: 5 * SECOND,
  });
}

/** What was done by hand, newest first. */
export function useAudit(limit: number) {
  return useQuery({
    queryKey: ["audit", limit],
    queryFn: () => answered(api.GET("/api/v1/audit", { params: { query: { limit } } })),
    refetchInterval: 10 * SECOND,
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
