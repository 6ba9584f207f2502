"""How the account's closed trades change a signal's score, and the minimum that it has to reach."""

from __future__ import annotations

import math
from collections import defaultdict

from hhq.closed_trade import ClosedTrade, Outcome
from hhq.layers import trade_pattern
from hhq.layers.trade_pattern import WinRate
from hhq.score import minimum_score, with_macro
from hhq.settings import HHQSettings
from hhq.signals import Signals
from hhq_freqtrade.account.closed_trades import ClosedTrades

_NO_TRADES = WinRate(0, math.nan)


class AccountScore:
    """Points and minimum score by the trades that have closed so far."""

    def __init__(self, closed: ClosedTrades) -> None:
        self._closed = closed
        self._win_rates: tuple[int, dict[str | int, WinRate]] = (0, {})

    def pattern_points(self, pair: str, side: int, settings: HHQSettings) -> float:
        """Return the points of the trade patterns for an entry of ``pair`` on ``side`` (+1 LONG, −1 SHORT)."""
        rates = self._rates()
        of_coin, of_side, of_other = (rates.get(key, _NO_TRADES) for key in (pair, side, -side))
        return trade_pattern.points(of_coin, of_side, of_other, settings.layers)

    def minimum(self, signals: Signals, settings: HHQSettings) -> float:
        """Return the score that the one candidate in ``signals`` has to reach."""
        rule = settings.signal
        last = self._closed.records[-rule.minimum_score.trades :]
        wins = sum(_won(trade) for trade in last)
        factor = signals.market.minimum_factor
        return float(with_macro(minimum_score(rule, wins, len(last)), factor)[0])

    def _rates(self) -> dict[str | int, WinRate]:
        """Return the win rates for the patterns by pair and by side, counted again only when a trade has closed."""
        count = len(self._closed.records)
        if self._win_rates[0] != count:
            judged: dict[str | int, list[bool]] = defaultdict(list)
            for trade in self._closed.pattern_records():
                if trade.outcome is not Outcome.NEUTRAL:
                    for key in (trade.pair, trade.side):
                        judged[key].append(_won(trade))
            self._win_rates = (count, {key: _win_rate(wins) for key, wins in judged.items()})
        return self._win_rates[1]


def _won(trade: ClosedTrade) -> bool:
    return trade.outcome is Outcome.WIN


def _win_rate(won: list[bool]) -> WinRate:
    return WinRate(len(won), sum(won) / len(won) * 100.0)
