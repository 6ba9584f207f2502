import { Problem } from "../api/problem";

/** What has become of an action. */
export type Outcome<Done> =
  | { phase: "asking" }
  | { phase: "waiting" }
  | { phase: "done"; done: Done; atMs: number }
  | { phase: "refused"; problem: Problem; atMs: number }
  /** Nobody has said whether it has happened: it may have. */
  | { phase: "unknown"; problem: Problem; atMs: number };

export function outcomeOf<Done>(error: unknown, atMs: number): Outcome<Done> {
  const problem = error instanceof Problem ? error : new Problem(0, "failed", String(error), "", undefined);
  return { phase: problem.isOutcomeUnknown ? "unknown" : "refused", problem, atMs };
}
