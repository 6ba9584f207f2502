"""Signals whose orders wait for their first fill: kept across restarts for the trade that will hold them."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import NamedTuple, cast

from freqtrade.persistence import LocalTrade

from hhq.exits.levels import FillMarket
from hhq_freqtrade.account.state_file import Json, StateFile
from hhq_freqtrade.account.trade_identity import side_of
from hhq_freqtrade.account.trade_records import store_with
from hhq_freqtrade.position.stored_records import stored_signal
from hhq_shared.trade_keys import SIGNAL_KEY

_FILL_MARKET = ("atr_1h", "atr_1h_pct", "atr_5m_pct", "hurst", "macro")
NOTHING_KNOWN = FillMarket(math.nan, math.nan, math.nan, math.nan, math.nan)
"""Market of a trade whose signal is unknown: the engine then puts the stop at the emergency price."""

_SAME_ENTRY_SECONDS = 600.0
"""An order is placed within this time of its confirmation; a trade further away than that is another one."""
_REMEMBERED_SECONDS = 86_400.0


class ConfirmedEntry(NamedTuple):
    """An entry that becomes an order: the signal's candle (clock number), price and market.

    ``record`` is the record that the trade will hold, None in a backtest; ``forced``: a user asked for the entry.
    """

    pair: str
    side: int
    candle: int
    price: float
    market: FillMarket
    record: dict[str, Json] | None
    forced: bool = False


def market_record(market: FillMarket) -> dict[str, Json]:
    """Return, as plain values, the market from which levels are made at the fill, so that they can be made again."""
    return {name: plain(float(getattr(market, name))) for name in _FILL_MARKET}


def plain(value: float) -> float | None:
    """Return a number for JSON, None if it is not finite."""
    return value if math.isfinite(value) else None


class WaitingSignals:
    """What is known of each pair's last confirmed entry, while there is no trade yet that could hold it.

    A ``live`` bot stores it before the order is placed, and removes it once the trade holds it.
    """

    def __init__(self, file: StateFile, *, live: bool) -> None:
        self._file = file
        self._live = live
        self._signals = cast("dict[str, dict[str, Json]]", file.get("waiting") or {})
        self._entered = cast("dict[str, list[float]]", file.get("entered") or {})

    def confirmed(self, entry: ConfirmedEntry, now: datetime) -> str:
        """Keep an entry confirmed at ``now``; return why it cannot be stored, and is not kept, or an empty text."""
        before = self._signals, self._entered
        signal: dict[str, Json] = {
            "side": entry.side,
            "at": now.timestamp(),
            "price": entry.price,
            "fill_market": market_record(entry.market),
            "record": entry.record,
            "forced": entry.forced,
        }
        self._signals = {**self._signals, entry.pair: signal}
        earliest = now.timestamp() - _REMEMBERED_SECONDS
        kept = {pair: entered for pair, entered in self._entered.items() if entered[1] > earliest}
        # A user's entry uses up no signal of the bot's own.
        self._entered = kept if entry.forced else {**kept, entry.pair: [entry.candle, now.timestamp()]}
        self._store()
        if self._file.problem:
            self._signals, self._entered = before
            self._store()
        return self._file.problem

    def last_entry(self, pair: str) -> tuple[int, float] | None:
        """Return candle (clock number) and time (s) of the pair's last confirmed entry, None without one."""
        entered = self._entered.get(pair)
        return None if entered is None else (int(entered[0]), entered[1])

    def signal_price(self, trade: LocalTrade) -> float | None:
        """Return the price at the signal of a trade that waits for its fill, None if that is unknown."""
        signal = self._of(trade)
        return None if signal is None else cast(float, signal["price"])

    def is_forced(self, trade: LocalTrade) -> bool:
        """Return whether a user, not a signal, asked for a trade that waits for its fill."""
        signal = self._of(trade)
        return signal is not None and signal.get("forced") is True

    def fill_market(self, trade: LocalTrade) -> FillMarket:
        """Return the market at the signal of a trade: from the waiting signal, or from the record held by the trade."""
        known = self._of(trade) or (stored_signal(trade) if self._live else None)
        if known is None or not isinstance(known.get("fill_market"), dict):
            return NOTHING_KNOWN
        values = cast("dict[str, float | None]", known["fill_market"])
        return FillMarket(*(_number(values.get(name)) for name in _FILL_MARKET))

    def attach_to(self, trade: LocalTrade) -> None:
        """Store the record of its signal with the trade, once; after that the signal no longer waits."""
        signal = self._of(trade)
        if signal is None:
            return
        wanted = self._live and signal["record"] is not None and stored_signal(trade) is None
        if wanted and not store_with(trade, SIGNAL_KEY, signal["record"]):
            return
        self._signals = {pair: other for pair, other in self._signals.items() if pair != trade.pair}
        self._store()

    def _of(self, trade: LocalTrade) -> dict[str, Json] | None:
        signal = self._signals.get(trade.pair)
        if signal is None or signal["side"] != side_of(trade):
            return None
        at = datetime.fromtimestamp(cast(float, signal["at"]), UTC)
        distance = abs((trade.open_date_utc - at).total_seconds())
        return signal if distance <= _SAME_ENTRY_SECONDS else None

    def _store(self) -> None:
        if self._live:
            self._file.put(cast("dict[str, Json]", {"waiting": self._signals, "entered": self._entered}))


def _number(value: float | None) -> float:
    return math.nan if value is None else value
