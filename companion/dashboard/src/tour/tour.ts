import * as v from "valibot";
import { remembered } from "../preferences/remembered";
import { Store } from "../store/store";

const seen = remembered("tour", v.boolean(), false);

/** Whether the tour is open. */
export const tour = new Store<boolean>(false);

export function openTour(): void {
  tour.set(true);
}

/** Who has closed it has seen it. */
export function closeTour(): void {
  tour.set(false);
  seen.write(true);
}

/** By itself on the first visit of a browser, and never again. */
export function openTourOnce(): void {
  if (!seen.read()) openTour();
}
