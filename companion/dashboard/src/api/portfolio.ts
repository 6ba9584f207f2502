import { queryOptions } from "@tanstack/react-query";
import { Store } from "../store/store";
import { answered, api } from "./client";
import { each } from "./pace";

/** How long the question that every page asks takes: since when it is open (0: it is not), and its last answer. */
export const roundTrip = new Store({ openSinceMs: 0, lastMs: 0 });

async function timed() {
  const openSinceMs = Date.now();
  roundTrip.update({ openSinceMs });
  try {
    return await answered(api.GET("/api/v1/positions"));
  } finally {
    roundTrip.set({ openSinceMs: 0, lastMs: Date.now() - openSinceMs });
  }
}

/** Open positions and all bots. */
export const portfolioQuery = queryOptions({
  queryKey: ["positions"],
  queryFn: timed,
  refetchInterval: each(3),
});
