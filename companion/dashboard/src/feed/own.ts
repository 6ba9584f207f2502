import { Feed } from "./feed";

function socketOfThisPage(): WebSocket {
  const { protocol, host } = window.location;
  // The session's cookie goes along by itself: no token stands in the address.
  return new WebSocket(`${protocol === "https:" ? "wss" : "ws"}://${host}/ws/feed`);
}

/** The feed of the page: one connection, whatever is shown. */
export const feed = new Feed(socketOfThisPage);
