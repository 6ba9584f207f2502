import type { Schemas } from "../api/client";
import { sumOf } from "../format/sum";
import { ofBot } from "./chosen";

type Portfolio = Schemas["Positions"];

/** What `GET /positions` would say of one bot: the sums are those of its filled positions, as the companion's are. */
export function portfolioOf(all: Portfolio, bot: string | undefined): Portfolio {
  if (bot === undefined) return all;
  const positions = [...ofBot(all.positions, bot)];
  const filled = positions.filter((position) => position.state === "open");
  return {
    bots: [...ofBot(all.bots, bot)],
    positions,
    invested: sumOf(filled.map((position) => position.invested)),
    notional: sumOf(filled.map((position) => position.notional)),
    unrealised_pnl: sumOf(filled.map((position) => position.unrealised_pnl)),
  };
}

/** The modules with the locks of one bot; whether everything is locked is said of all of them. */
export function modulesOf(all: Schemas["ModulesStatus"], bot: string | undefined): Schemas["ModulesStatus"] {
  if (bot === undefined) return all;
  const guard = all.stoploss_guard;
  return { ...all, stoploss_guard: { ...guard, pair_locks: [...ofBot(guard.pair_locks, bot)] } };
}
