"""Signals whose orders wait for their first fill: kept for the trade that will hold them, across restarts."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import cast

from freqtrade.persistence import LocalTrade

from hhq.exits.levels import FillMarket
from hhq.features.catalogue import Feature
from hhq_freqtrade.account.state_file import Json, StateFile
from hhq_freqtrade.entry.desk import EntryPlan
from hhq_freqtrade.entry.signal_record import FILL_MARKET, Plain, market_record
from hhq_shared.trade_keys import SIGNAL_KEY

NOTHING_KNOWN = FillMarket(math.nan, math.nan, math.nan, math.nan, math.nan)
"""Market of a trade that nobody knows the signal of: the engine then puts its stop at the emergency price."""

_SAME_ENTRY_SECONDS = 600.0
"""An order is placed within this time of its confirmation; a trade that is older or younger is another one."""
_REMEMBERED_SECONDS = 86_400.0


class WaitingSignals:
    """What is known of each pair's last confirmed entry; no trade exists yet that could hold it.

    With a ``live`` bot it is stored before the order is placed and removed when the trade has it.
    """

    def __init__(self, file: StateFile, live: bool) -> None:
        self._file = file
        self._live = live
        self._signals: dict[str, dict[str, Json]] = cast(
            "dict[str, dict[str, Json]]", file.get("waiting") or {}
        )
        self._entered: dict[str, list[float]] = cast("dict[str, list[float]]", file.get("entered") or {})

    def clear(self) -> None:
        """Forget everything, before another run of a backtest."""
        self._signals, self._entered = {}, {}

    def confirmed(self, plan: EntryPlan, now: datetime, record: dict[str, Plain] | None) -> None:
        """Keep a plan that becomes an order; ``record`` is what the trade will hold (live)."""
        signal = {
            "side": plan.side,
            "at": now.timestamp(),
            "price": plan.features[Feature.CLOSE],
            "fill_market": market_record(plan.fill_market),
            "record": record,
        }
        self._signals = {**self._signals, plan.pair: cast("dict[str, Json]", signal)}
        earliest = now.timestamp() - _REMEMBERED_SECONDS
        kept = {pair: entry for pair, entry in self._entered.items() if entry[1] > earliest}
        self._entered = {**kept, plan.pair: [plan.number, now.timestamp()]}
        self._store()

    def last_entry(self, pair: str) -> tuple[int, float] | None:
        """Return candle and time (s) of the pair's last confirmed entry."""
        entry = self._entered.get(pair)
        return None if entry is None else (int(entry[0]), entry[1])

    def signal_price(self, trade: LocalTrade) -> float | None:
        """Return the price at the signal of a trade that waits for its fill."""
        signal = self._of(trade)
        return None if signal is None else cast(float, signal["price"])

    def fill_market(self, trade: LocalTrade) -> FillMarket:
        """Return the market at the signal of a trade: as it waits, or from the record that the trade holds."""
        known = self._of(trade) or (trade.get_custom_data(SIGNAL_KEY) if self._live else None)
        if not isinstance(known, dict) or not isinstance(known.get("fill_market"), dict):
            return NOTHING_KNOWN
        values = cast("dict[str, float | None]", known["fill_market"])
        return FillMarket(*(_number(values.get(name)) for name in FILL_MARKET))

    def hand_over(self, trade: LocalTrade) -> None:
        """Give the trade what was known at its signal, once; after that it waits no longer."""
        signal = self._of(trade)
        if signal is None:
            return
        if self._live and signal["record"] is not None and trade.get_custom_data(SIGNAL_KEY) is None:
            trade.set_custom_data(SIGNAL_KEY, signal["record"])
        self._signals = {pair: other for pair, other in self._signals.items() if pair != trade.pair}
        self._store()

    def _of(self, trade: LocalTrade) -> dict[str, Json] | None:
        signal = self._signals.get(trade.pair)
        if signal is None or signal["side"] != (-1 if trade.is_short else 1):
            return None
        at = datetime.fromtimestamp(cast(float, signal["at"]), UTC)
        distance = abs((trade.open_date_utc - at).total_seconds())
        return signal if distance <= _SAME_ENTRY_SECONDS else None

    def _store(self) -> None:
        if self._live:
            self._file.put(cast("dict[str, Json]", {"waiting": self._signals, "entered": self._entered}))


def _number(value: float | None) -> float:
    return math.nan if value is None else value
