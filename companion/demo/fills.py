"""Whether a limit order fills on the tape: read off the very order books that the replay exchange will show."""

from __future__ import annotations

from pathlib import Path

from companion.offline.signals import AcceptedSignal
from companion.replay.clock import ManualClock
from companion.replay.exchange import CoinView, Exchange
from companion.replay.market import Market, load_market

_STEP_MS = 1_000


class TapeFills:
    """Reads the books of a data folder at any offset.

    `dwell` (ms, served): how long the price must stay there; a bot looks at its orders every few seconds.
    """

    def __init__(self, folder: Path, exchange_info: Path | None, dwell: int) -> None:
        self._market: Market = load_market(folder, exchange_info)
        self._dwell = dwell
        self._exchange: Exchange | None = None

    def __call__(self, signal: AcceptedSignal, offset: int, begin: int, end: int) -> bool:
        """Tell whether the other side of the book stays at the entry price or better for long enough."""
        view = self._at(offset).views[signal.pair.split(":")[0].replace("/", "")]
        since: int | None = None
        for time in range(begin, end, max(_STEP_MS, self._dwell // 5)):
            if not _crossed(view, signal, time):
                since = None
            elif since is None:
                since = time
            elif time - since >= self._dwell:
                return True
        return False

    def _at(self, offset: int) -> Exchange:
        if self._exchange is None or self._exchange.market.offset != offset:
            market = self._market.at_offset(offset)
            self._exchange = Exchange(market, ManualClock(market.begin), market.marker.seed or 0)
        return self._exchange


def _crossed(view: CoinView, signal: AcceptedSignal, time: int) -> bool:
    quote = view.quote(time)
    if signal.side > 0:
        return quote.ask * view.rules.tick <= signal.entry_price
    return quote.bid * view.rules.tick >= signal.entry_price
