import * as v from "valibot";
import { remembered } from "../preferences/remembered";
import { Store } from "../store/store";

const kept = remembered("bot", v.string(), "");

/** The bot that the figures are of; "" is all of them. */
export const chosenBot = new Store<string>(kept.read());
chosenBot.subscribe(() => kept.write(chosenBot.get()));

/** The bot that counts: where there is a choice, and the chosen one is among them. undefined: all of them. */
export function botInForce(chosen: string, names: readonly string[]): string | undefined {
  return names.length > 1 && names.includes(chosen) ? chosen : undefined;
}

interface Owned {
  bot: string;
}

/** What belongs to a bot; without one the list as it is. */
export function ofBot<Item extends Owned>(items: readonly Item[], bot: string | undefined): readonly Item[] {
  return bot === undefined ? items : items.filter((item) => item.bot === bot);
}

/** The rows that belong to a bot; without one the map as it is. */
export function rowsOfBot<Row extends Owned>(
  rows: ReadonlyMap<string, Row>,
  bot: string | undefined,
): ReadonlyMap<string, Row> {
  return bot === undefined ? rows : new Map([...rows].filter(([, row]) => row.bot === bot));
}
