import type { components } from "../api/schema";
import { Store } from "../store/store";

export type Known = components["schemas"]["SessionAnswer"];

/** `unknown` until the companion has said who we are; the cookie itself cannot be read. */
export interface Session {
  phase: "unknown" | "out" | "in";
  known: Known | undefined;
  /** Whether a session ended that was one: the login screen then says so. */
  hasEnded: boolean;
}

/** In memory alone: the CSRF token is worth nothing without the cookie, and is never stored. */
export const session = new Store<Session>({ phase: "unknown", known: undefined, hasEnded: false });

export function loggedIn(known: Known): void {
  session.set({ phase: "in", known, hasEnded: false });
}

export function loggedOut(): void {
  const { phase, hasEnded } = session.get();
  session.set({ phase: "out", known: undefined, hasEnded: hasEnded || phase === "in" });
}
