/** The one way to the API: typed by its own document, with the session's cookie and CSRF token. */
import createClient, { type Middleware } from "openapi-fetch";
import { loggedOut, session } from "../session/session";
import { Problem, problemOf, unreachable } from "./problem";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

const LONGEST_MS = 20_000;
const SAFE = new Set(["GET", "HEAD"]);

const credentials: Middleware = {
  onRequest({ request }) {
    const token = session.get().known?.csrf_token;
    if (token && !SAFE.has(request.method)) request.headers.set("X-CSRF-Token", token);
    return request;
  },
  onResponse({ request, response }) {
    // A wrong password is answered so too: it ends no session.
    if (response.status === 401 && !request.url.endsWith("/login")) loggedOut();
  },
};

export const api = createClient<paths>({
  baseUrl: "/",
  credentials: "same-origin",
  // Looked up at each call, so that tests can put their own in its place.
  fetch: (request) =>
    globalThis.fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(LONGEST_MS)]) }),
});
api.use(credentials);

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The content of an answer; a refusal, or none at all, is a {@link Problem}. */
export async function answered<Data>(asked: Promise<Answer<Data>>): Promise<Data> {
  let answer: Answer<Data>;
  try {
    answer = await asked;
  } catch (error) {
    throw error instanceof Problem ? error : unreachable(error);
  }
  if (!answer.response.ok) throw problemOf(answer.response, answer.error);
  return answer.data as Data;
}
