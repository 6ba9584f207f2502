import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Schemas } from "../api/client";
import { portfolioQuery } from "../api/portfolio";
import type { PositionRow } from "../feed/rows";
import { useRows } from "../feed/useFeed";
import { useStore } from "../store/store";
import { botInForce, chosenBot, rowsOfBot } from "./chosen";

const namesOf = (found: Schemas["Positions"]) => found.bots.map((bot) => bot.bot);
const NONE: readonly string[] = [];

/** The names of all bots that the companion watches. */
export function useBotNames(): readonly string[] {
  return useQuery({ ...portfolioQuery, select: namesOf }).data ?? NONE;
}

/** The bot that is shown; undefined where it is all of them. */
export function useBot(): string | undefined {
  return botInForce(useStore(chosenBot), useBotNames());
}

/** The open positions of the bot that is shown. */
export function usePositionRows(): ReadonlyMap<string, PositionRow> {
  const rows = useRows("positions");
  const bot = useBot();
  return useMemo(() => rowsOfBot(rows, bot), [rows, bot]);
}
