import { useSyncExternalStore } from "react";

/** Where the page is: `/page/<name>/<detail>`; the plain paths belong to clients of the API. */
export interface Route {
  name: string;
  detail: string;
  query: URLSearchParams;
}

const PREFIX = "/page/";
const listeners = new Set<() => void>();
let known = { address: "", route: parsed("/", "") };

export function parsed(path: string, search: string): Route {
  const rest = path.startsWith(PREFIX) ? path.slice(PREFIX.length) : "";
  const [name = "", ...detail] = rest.split("/").map(decoded);
  return { name, detail: detail.join("/"), query: new URLSearchParams(search) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address of a page. */
export function addressOf(name: string, detail = "", query: Record<string, string> = {}): string {
  const search = new URLSearchParams(query).toString();
  const path = PREFIX + name + (detail ? `/${encodeURIComponent(detail)}` : "");
  return search ? `${path}?${search}` : path;
}

export function goTo(address: string): void {
  if (address === current()) return;
  window.history.pushState(null, "", address);
  told();
}

/** The same page with another query: no step in the history. */
export function replaceAddress(address: string): void {
  window.history.replaceState(null, "", address);
  told();
}

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, routeNow);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("popstate", listener);
  };
}

function told(): void {
  for (const listener of listeners) listener();
}

function current(): string {
  return window.location.pathname + window.location.search;
}

function routeNow(): Route {
  const address = current();
  if (address !== known.address) {
    known = { address, route: parsed(window.location.pathname, window.location.search) };
  }
  return known.route;
}
