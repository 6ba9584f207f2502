import * as v from "valibot";
import { remembered } from "../../../preferences/remembered";
import { Store } from "../../../store/store";

/** The pane of the score; the others are layers, by their number. */
export const SCORE = 0;
/** More would leave nothing to the candles. */
export const MOST_PANES = 4;

const ChosenSchema = v.array(v.number());
const kept = remembered("coin.panes", ChosenSchema, [SCORE]);

/** Which panes stand below the candles, in the order in which they were chosen. */
export const chosenPanes = new Store<readonly number[]>(kept.read());
chosenPanes.subscribe(() => kept.write([...chosenPanes.get()]));

/** One pane more or less; beyond the most, the one that was chosen first goes. */
export function withPane(chosen: readonly number[], pane: number): readonly number[] {
  if (chosen.includes(pane)) return chosen.filter((one) => one !== pane);
  return [...chosen, pane].slice(-MOST_PANES);
}
