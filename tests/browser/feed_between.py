"""The real feed, with a hand in it: what is not to be waited for, or cannot be ordered, is put between its messages."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, WebSocketRoute

Message = dict[str, Any]
Rewrite = Callable[[Message], Message]
_CANDLE_MS = 300_000


class FeedBetween:
    """Hands messages on as they come, rewritten where asked. Made before the page is opened."""

    def __init__(self, page: Page, rewrite: Rewrite | None = None) -> None:
        self.snapshots: dict[str, Message] = {}
        self.first_of_the_new_order = ""
        self._rewrite = rewrite
        self._held: set[str] = set()
        self._route: WebSocketRoute | None = None
        page.route_web_socket("**/ws/feed", self._between)

    def close_a_candle_that_turns_the_order_round(self) -> None:
        """A candle later the coin that was last is the first; from now on nothing else is heard of the coins."""
        coins, funnel = self.snapshots["opportunities"], self.snapshots["funnel"]
        self._held = {"opportunities", "funnel"}
        rank = coins["columns"].index("rank") + 2
        ranked = sorted(coins["rows"], key=lambda row: row[rank])
        for place, row in enumerate(reversed(ranked), 1):
            row[rank] = place
        self.first_of_the_new_order = ranked[-1][1].removesuffix("USDT")
        self._say(coins)
        funnel["fields"]["close_ms"] += _CANDLE_MS
        self._say(funnel)

    def _between(self, route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        self._route = route
        server.on_message(self._hand_on)

    def _hand_on(self, text: str | bytes) -> None:
        message = json.loads(text)
        channel = message.get("channel", "")
        if channel in self._held:
            return
        if self._rewrite is not None:
            message = self._rewrite(message)
        if message["type"] == "snapshot":
            self.snapshots[channel] = message
        self._say(message)

    def _say(self, message: Message) -> None:
        assert self._route is not None
        self._route.send(json.dumps(message))
