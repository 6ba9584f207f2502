import { answered, api } from "../api/client";
import { Problem } from "../api/problem";
import { loggedIn, loggedOut, session } from "./session";

const SOONEST_MS = 30_000;
const AGAIN_MS = 3_000;

/** Ask who is logged in; without an answer ask again, for a companion that is just starting. */
export async function findSession(): Promise<void> {
  try {
    loggedIn(await answered(api.GET("/api/v1/session")));
  } catch (error) {
    if (error instanceof Problem && error.status === 401) loggedOut();
    else setTimeout(findSession, AGAIN_MS);
  }
}

export async function logIn(username: string, password: string): Promise<void> {
  loggedIn(await answered(api.POST("/api/v1/login", { body: { username, password } })));
}

export async function logOut(): Promise<void> {
  await answered(api.POST("/api/v1/logout"));
  session.set({ phase: "out", known: undefined, hasEnded: false });
}

/** Renews the session at half of its time, as long as the page is open; returns what ends that. */
export function keepSession(): () => void {
  const { known } = session.get();
  if (!known) return () => {};
  const wait = Math.max(SOONEST_MS, (known.expires_ms - Date.now()) / 2);
  const timer = setTimeout(async () => {
    try {
      loggedIn(await answered(api.POST("/api/v1/session/renew")));
    } catch {
      // A session that cannot be renewed ends by itself; its end is a 401, which the client sees.
    }
  }, wait);
  return () => clearTimeout(timer);
}
