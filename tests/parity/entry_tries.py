"""Every entry that a run attempts, with the account it was decided from; the same notes for a backtest and a bot."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from hhq.sizing import AccountView
from hhq_freqtrade.entry.refusals import EntryRefusal
from tests.parity.agreement import candle_of


@dataclass(frozen=True)
class Placed:
    """An entry order as it was confirmed."""

    rate: float
    amount: float
    leverage: float


@dataclass(frozen=True)
class Try:
    """One attempt to enter a pair at a candle (clock number). `order` None: refused, `refusal` says why."""

    pair: str
    candle: int
    side: int
    account: AccountView
    order: Placed | None
    refusal: EntryRefusal | None

    @property
    def gate(self) -> str:
        """The gate that refused, empty where none did."""
        return self.refusal.gate if self.refusal else ""

    def text(self) -> str:
        """For a report."""
        side = "LONG" if self.side > 0 else "SHORT"
        if self.order is None:
            return f"{side} refused: {self.gate} {self.refusal.reason if self.refusal else ''}"
        return f"{side} {self.order.amount:g} at {self.order.rate:.10g} ×{self.order.leverage:g}"


@dataclass(frozen=True)
class Cancel:
    """A waiting entry order that was cancelled; `at_open`: at the first look at that candle."""

    pair: str
    candle: int
    at_open: bool


class EntryTries:
    """Listens to the entry callbacks of a strategy; the first attempt per pair and candle counts."""

    def __init__(self, strategy: Any) -> None:
        self.tries: dict[tuple[str, int], Try] = {}
        self.cancels: dict[tuple[str, int], Cancel] = {}
        self.peaks: dict[int, Any] = {}
        self._strategy = strategy
        self._account: AccountView | None = None
        self._refusal: EntryRefusal | None = None
        self._listen(strategy.run.account, "view", self._viewed)
        self._listen(strategy.run.entries, "_refuse", self._refused)
        self._listen(strategy, "custom_stake_amount", self._staked)
        self._listen(strategy, "confirm_trade_entry", self._confirmed)
        self._listen(strategy, "check_entry_timeout", self._judged)
        self._listen(strategy, "bot_loop_start", self._began)
        self._loops_of_candle = (0, 0)

    def at(self, candle: int) -> dict[str, Try]:
        """The attempts at a candle, by pair."""
        return {pair: found for (pair, number), found in self.tries.items() if number == candle}

    def _listen(self, owner: Any, name: str, note: Callable[..., None]) -> None:
        ask = getattr(owner, name)

        def asked(*arguments: Any, **named: Any) -> Any:
            answer = ask(*arguments, **named)
            note(answer, *arguments, **named)
            return answer

        setattr(owner, name, asked)

    def _began(self, _: None, current_time: datetime) -> None:
        # The peak before a candle's first attempt, to which the other run's is set.
        number = candle_of(current_time)
        self.peaks.setdefault(number, self._strategy.run.account.peak)
        candle, loops = self._loops_of_candle
        self._loops_of_candle = (number, loops + 1 if candle == number else 1)

    def _judged(self, over: bool, *, pair: str, current_time: datetime, **_: Any) -> None:
        if over:
            candle, loops = self._loops_of_candle
            self.cancels.setdefault((pair, candle), Cancel(pair, candle, at_open=loops == 1))

    def _viewed(self, account: AccountView, _: datetime) -> None:
        self._account = account

    def _refused(self, _: None, __: Any, refusal: EntryRefusal) -> None:
        self._refusal = refusal

    def _staked(self, stake: float, *, pair: str, current_time: datetime, side: str, **_: Any) -> None:
        if stake == 0.0:
            self._note(pair, current_time, side, None)

    def _confirmed(
        self, confirmed: bool, *, pair: str, current_time: datetime, side: str, rate: float, amount: float, **_: Any
    ) -> None:  # fmt: skip
        plan = self._strategy.run.entries._plans.get(pair)
        leverage = (
            float(plan.position.leverage) if plan is not None and plan.position is not None else math.nan
        )
        # A bot sees the amount before it is cut to the exchange's step size, a backtest after that.
        whole = float(self._strategy.dp._exchange.amount_to_precision(pair, amount))
        self._note(pair, current_time, side, Placed(rate, whole, leverage) if confirmed else None)

    def _note(self, pair: str, now: datetime, side: str, order: Placed | None) -> None:
        assert self._account is not None, f"{pair} was tried without a look at the account"
        found = Try(
            pair, candle_of(now), 1 if side == "long" else -1, self._account, order,
            None if order else self._refusal,
        )  # fmt: skip
        self.tries.setdefault((pair, found.candle), found)
        self._refusal = None


def unequal_fields(one: AccountView, other: AccountView) -> list[str]:
    """What differs between two accounts: numbers by more than the last bits, and how the last trades ended."""
    names = [field.name for field in fields(AccountView) if field.name != "closed_trades"]
    differing = [
        f"{name} {getattr(one, name):.6f} | {getattr(other, name):.6f}"
        for name in names
        if not math.isclose(getattr(one, name), getattr(other, name), rel_tol=1e-9, abs_tol=1e-6)
    ]
    ends = [[(trade.pair, trade.outcome) for trade in view.closed_trades] for view in (one, other)]
    return differing if ends[0] == ends[1] else [*differing, f"closed trades {ends[0]} | {ends[1]}"]
