"""Answers to Freqtrade's entry callbacks: price, leverage, stake, confirmation.

Freqtrade asks for price, leverage, stake and confirmation, in that order. The first two make a plan and the others read
it, so the order has the leverage of the plan.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime

from hhq.entry import resting_price
from hhq.features.catalogue import Feature
from hhq_freqtrade.account.account import Account
from hhq_freqtrade.analysis import signal_log
from hhq_freqtrade.analysis.context import BotContext
from hhq_freqtrade.analysis.pair_table import candle_before
from hhq_freqtrade.entry.admission import Admission
from hhq_freqtrade.entry.plan import EntryPlan
from hhq_freqtrade.entry.planner import EntryPlanner
from hhq_freqtrade.entry.refusals import Cause, EntryRefusal, RefusalLog
from hhq_freqtrade.entry.signal_record import signal_record
from hhq_freqtrade.entry.user_entry import FORCED, UserEntry, user_request
from hhq_freqtrade.position.waiting_signals import ConfirmedEntry, WaitingSignals

SIDES = {"long": 1, "short": -1}


class EntryAnswers:
    """Has a plan made for each entry that Freqtrade tries, and answers all callbacks of that try from it."""

    def __init__(
        self,
        context: BotContext,
        account: Account,
        planner: EntryPlanner,
        admission: Admission,
        signals: WaitingSignals,
        log: RefusalLog,
    ) -> None:
        self._settings = context.settings
        self._facts = context.facts
        self._tables = context.tables
        self._live = context.live
        self._account = account
        self._planner = planner
        self._admission = admission
        self._signals = signals
        self._log = log
        self._plans: dict[str, EntryPlan] = {}
        self._failed: set[str] = set()

    def entry_price(self, pair: str, side: str, now: datetime, proposed: float, tag: str | None) -> float:
        """Return the limit price of the plan; without a plan the proposed price (in which case the stake will be 0).

        It is not beyond the proposed price, the market's own side, so that a post-only order can rest there. A user's
        entry keeps the price that the user gave, or the market price.
        """
        self._failed.discard(pair)
        asked = _asked(pair, tag, proposed)
        plan = self._make_plan(pair, SIDES[side], now, asked)
        if plan is None or plan.refusal or asked or not math.isfinite(plan.entry_price):
            return proposed
        price = float(resting_price(plan.entry_price, proposed, SIDES[side]))
        return self._facts.of(pair).on_tick(price)

    def leverage(
        self, pair: str, side: str, now: datetime, maximum: float, tag: str | None, rate: float = math.nan
    ) -> float:
        """Return the leverage of the plan, 1 if it is refused; ``rate``: the order's price.

        The plan is made again: Freqtrade's maximum is known now, and the account may have changed since the last try.
        """
        if pair in self._failed:
            return 1.0
        plan = self._make_plan(pair, SIDES[side], now, _asked(pair, tag, rate), maximum)
        return float(plan.position.leverage) if plan and not plan.refusal and plan.position else 1.0

    def stake(
        self, pair: str, side: str, now: datetime, smallest: float | None, largest: float, leverage: float
    ) -> float:
        """Return the margin of the plan in USDT, 0 if it is refused or Freqtrade would have to change it.

        A user's leverage of which the strategy was not asked is kept if the plan allows it.
        """
        plan = self._usable(pair, side, now)
        if plan is not None and plan.asked and plan.position and leverage != plan.position.leverage:
            plan = self._make_plan(pair, plan.side, now, replace(plan.asked, leverage=leverage))
        if plan is None or plan.refusal or plan.position is None:
            return 0.0
        margin = plan.position.margin
        if leverage != plan.position.leverage:
            self._refuse(plan, EntryRefusal(Cause.OTHER_LEVERAGE, leverage, plan.position.leverage))
        elif smallest is not None and margin < smallest:
            self._refuse(plan, EntryRefusal(Cause.BELOW_MINIMUM, margin, smallest))
        elif margin > largest:
            self._refuse(plan, EntryRefusal(Cause.ABOVE_BALANCE, margin, largest))
        else:
            return margin
        return 0.0

    def confirm(self, pair: str, side: str, now: datetime) -> bool:
        """Return whether the planned entry may be placed now; its record is stored before the order is placed."""
        plan = self._usable(pair, side, now)
        if plan is None:
            return False
        refusal = self._admission.refusal(plan, now)
        if refusal is not None:
            self._refuse(plan, refusal)
            return False
        slots = self._admission.slots
        record = signal_record(plan, self._settings.current, slots) if self._live else None
        price = plan.features[Feature.CLOSE]
        forced = plan.asked is not None
        entry = ConfirmedEntry(plan.pair, plan.side, plan.candle, price, plan.fill_market, record, forced)
        problem = self._signals.confirmed(entry, now)
        if problem:
            self._refuse(plan, EntryRefusal(Cause.NOT_STORED, detail=problem))
        elif forced:
            signal_log.forced(plan.pair, plan.side, _told(plan))
        return not problem

    def entry_failed(self, pair: str, answer: float) -> float:
        """Return the answer for a callback that raised, and drop the plan so that no other callback can follow it."""
        self._failed.add(pair)
        self._plans.pop(pair, None)
        return answer

    def _usable(self, pair: str, side: str, now: datetime) -> EntryPlan | None:
        """Return the plan of this try, None if there is none or it was refused."""
        plan = self._plans.get(pair)
        if plan is None or (plan.side, plan.candle) != (SIDES[side], self._signal_candle(pair, now)):
            return None
        return None if plan.refusal or pair in self._failed else plan

    def _make_plan(
        self, pair: str, side: int, now: datetime, asked: UserEntry | None, maximum: float = math.inf
    ) -> EntryPlan | None:
        """Make the plan of an entry from the account as it is now, replacing the pair's last plan."""
        self._plans.pop(pair, None)
        found = self._tables.at(pair, self._signal_candle(pair, now))
        if found is None:
            self._tell(pair, side, candle_before(now), EntryRefusal(Cause.NO_CANDLES))
            return None
        # An entry is sized by the drawdown from peak equity, and the equity now may be the peak.
        self._account.observe(now)
        table, row = found
        plan = self._planner.plan(table, row, side, now, asked=asked, freqtrade_maximum=maximum)
        self._plans[pair] = plan
        if plan.refusal is not None:
            self._refuse(plan, plan.refusal)
        return plan

    def _signal_candle(self, pair: str, now: datetime) -> int:
        return self._tables.signal_candle(pair, now, self._settings.current.signal.stale_after)

    def _refuse(self, plan: EntryPlan, refusal: EntryRefusal) -> None:
        # A pair that waits for a slot stays in the ranking: it may be the best one when a slot is free.
        # What a user asked for says nothing about the pair's signal.
        if refusal.cause is not Cause.BETTER_SIGNALS and plan.asked is None:
            self._admission.note_refused(plan)
        self._tell(plan.pair, plan.side, plan.candle, refusal)

    def _tell(self, pair: str, side: int, candle: int, refusal: EntryRefusal) -> None:
        self._log.refused(pair, side, candle, refusal)
        request = user_request(pair)
        if request is not None:
            request.refusal = refusal


def _asked(pair: str, tag: str | None, price: float) -> UserEntry | None:
    """Return what a user asks for at ``price``, None for an entry by a signal."""
    request = user_request(pair)
    if request is not None:
        return replace(request.asked, price=price)
    return UserEntry(price) if tag == FORCED else None


def _told(plan: EntryPlan) -> str:
    """Return what a user's entry gets, and what became of the user's wishes."""
    position, asked = plan.position, plan.asked
    if position is None or asked is None:
        raise ValueError("only a user's solved entry can be told")
    told = f"{position.leverage:g}x, margin {position.margin:.2f} USDT at {plan.entry_price:g}"
    if math.isfinite(asked.leverage) and asked.leverage != position.leverage:
        bound = f" ({position.bound_by.value})" if position.bound_by else ""
        told += f", asked {asked.leverage:g}x{bound}"
    if math.isfinite(asked.margin) and asked.margin != position.margin:
        told += f", asked {asked.margin:.2f} USDT ({', '.join(step.name for step in position.adjustments)})"
    return told
