import type { components } from "./schema";

type ProblemDocument = components["schemas"]["ProblemDocument"];
type FieldError = components["schemas"]["FieldError"];

/** A refusal of the API, or no answer at all: `status` is then 0, and whether a change has arrived is not known. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    readonly status: number,
    readonly kind: string,
    readonly detail: string,
    readonly requestId: string,
    readonly retryAfter: number | undefined,
    /** What is wrong with which field. */
    readonly errors: readonly FieldError[] = [],
  ) {
    super(detail);
  }

  /** Whether a change may have been made although nobody has said so. */
  get isOutcomeUnknown(): boolean {
    return this.status === 0 || this.status === 504 || this.kind === "bot-unreachable";
  }
}

const PREFIX = "urn:hhq:problem:";

export function problemOf(response: Response, body: unknown): Problem {
  const known = isDocument(body) ? body : undefined;
  return new Problem(
    response.status,
    known?.type.replace(PREFIX, "") ?? "unreadable",
    known?.detail ?? response.statusText,
    known?.request_id ?? response.headers.get("X-Request-ID") ?? "",
    Number(response.headers.get("Retry-After")) || undefined,
    known?.errors ?? [],
  );
}

/** What a failed `fetch` says: nobody has answered, or not in time. */
export function unreachable(error: unknown): Problem {
  const isLate = error instanceof DOMException && error.name === "TimeoutError";
  return new Problem(0, isLate ? "timeout" : "unreachable", String(error), "", undefined);
}

function isDocument(body: unknown): body is ProblemDocument {
  return typeof body === "object" && body !== null && "type" in body && "detail" in body;
}
