"""The replay exchange's prices at nodes that a test sets: a book without spread, as a backtest has it."""

from __future__ import annotations

import orjson
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import Response

from companion.replay.decimals import MAX_DIGITS, plain

_DEEP = "1000000000"


class NodePrices:
    """Prices by the exchange's symbol; both sides of the book and the last trade are at that price.

    Coins without a set price keep the book and the ticker of the tape.
    """

    def __init__(self) -> None:
        self.at: dict[str, float] = {}
        self.books_asked = 0

    def middleware(self) -> Middleware:
        """What answers in place of the exchange."""
        return Middleware(BaseHTTPMiddleware, dispatch=self._answer)

    async def _answer(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        price = self.at.get(request.query_params.get("symbol", ""))
        path = request.url.path
        if price is None or not path.endswith(("/depth", "/ticker/24hr")):
            return await call_next(request)
        text = plain(price, MAX_DIGITS)
        if path.endswith("/depth"):
            self.books_asked += 1
            level = [[text, _DEEP]]
            return _json({"lastUpdateId": self.books_asked, "bids": level, "asks": level})
        answer = await call_next(request)
        parts = [part async for part in answer.body_iterator]  # type: ignore[attr-defined]  # starlette streams it
        return _json({**orjson.loads(b"".join(parts)), "lastPrice": text})


def _json(content: object) -> Response:
    return Response(orjson.dumps(content), media_type="application/json")
