import { Problem } from "../api/problem";

/** An answer takes some hundredths of a second: after so long something is wrong. */
const SLOW_MS = 2_500;

interface Asked {
  error: unknown;
  /** Since when the question is open, ms; 0 when it is not. */
  openSinceMs: number;
  /** How long the last answer took. */
  lastMs: number;
  nowMs: number;
}

interface Found {
  state: "well" | "slow" | "silent" | "limited" | "refused";
  status: number;
  detail: string;
  /** Until it is asked again, where the refusal says so. */
  seconds: number;
}

/** How the companion answers, told from the question that every page asks. */
export function answersOf({ error, openSinceMs, lastMs, nowMs }: Asked): Found {
  const problem = error instanceof Problem ? error : undefined;
  const status = problem?.status ?? 0;
  const told = { status, detail: problem?.detail ?? "", seconds: problem?.retryAfter ?? 3 };
  // A session that has ended has a picture of its own: the login.
  if (status === 401) return { ...told, state: "well" };
  if (status === 429) return { ...told, state: "limited" };
  if (status > 0) return { ...told, state: "refused" };
  if (error) return { ...told, state: "silent" };
  const isLate = lastMs > SLOW_MS || (openSinceMs > 0 && nowMs - openSinceMs > SLOW_MS);
  return { ...told, state: isLate ? "slow" : "well" };
}
