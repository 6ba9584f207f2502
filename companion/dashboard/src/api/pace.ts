import { Problem } from "./problem";

const SECOND = 1000;

/** As much of a query as its pace depends on. */
interface Paced {
  state: { error: unknown };
}

/** How often something is asked: each `seconds`, but not before the moment that a refusal has named. */
export function each(seconds: number): (query: Paced) => number {
  return ({ state: { error } }) => {
    const wanted = error instanceof Problem ? (error.retryAfter ?? 0) : 0;
    return Math.max(seconds, wanted) * SECOND;
  };
}
