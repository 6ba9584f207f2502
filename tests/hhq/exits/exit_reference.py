"""The specification of the exits, read slowly: plain ifs, all prices as gains in %."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from hhq.exits.step import Candle, Tick
from hhq.reasons import CloseReason as R
from tests.hhq.exits.exit_reference_stops import ReferenceStops

HOUR = 3600.0
NAN = math.nan
ORDER = (
    {R.LIQUIDATION},
    {R.KILL_SWITCH_FULL, R.EMERGENCY_SL, R.SL_HIT, R.TRAILING_STOP, R.BREAKEVEN},
    {R.TP_HIT}, {R.RECOVERY_CLOSE_ALL}, {R.DELISTING}, {R.ADVERSE_TIME_EXIT}, {R.TIME_FORCE}, {R.TIME_GRADUAL},
    {R.RECOVERY_EXIT}, {R.SIGNAL_REVERSAL_PROFIT},
    {R.KILL_SWITCH_PARTIAL}, {R.TIME_REDUCE_4H}, {R.TIME_REDUCE_8H}, {R.TP1}, {R.TP2}, {R.TP3},
)  # fmt: skip
"""The order in the specification; kill switch, emergency and stop are one resting stop, the tightest of the three."""


def rank(code: R) -> int:
    """A rule's place in the order."""
    return next(place for place, codes in enumerate(ORDER) if code in codes)


@dataclass
class Reference(ReferenceStops):
    """One position and what becomes of it. Every price is kept as its gain: % of the entry in its favour."""

    fired: set[R] = field(default_factory=set)
    remaining: float = 1.0
    closed: tuple[R, float] | None = None
    pending: tuple[R, float] | None = None
    gradual_best: float = NAN
    recovery: str = "never deep"
    recovery_best: float = NAN
    true: list[R] = field(default_factory=list)
    """Every rule that was true when the last price was judged, whichever of them came first."""

    def at_price(self, t: Tick) -> tuple[R | None, float, float]:
        now = self.gain(t.price)
        if self.closed is None and t.price > 0 and t.time > self.last:
            self.last = t.time
            if not math.isnan(t.around.liquidation):
                self.liquidation = self.gain(t.around.liquidation)
            begins = self.candle_of(t.time) > self.candle
            if begins:
                self.absorb(t, now)
                self.candle, self.best, self.worst = self.candle_of(t.time), now, now
            self.best, self.worst = max(self.best, now), min(self.worst, now)
            self.decide(t, now, begins)
        return self.standing(t)

    def standing(self, t: Tick) -> tuple[R | None, float, float]:
        if self.closed:
            return self.closed[0], self.remaining, self.price(self.closed[1])
        if self.pending:
            return self.pending[0], self.pending[1], t.price
        return None, 0.0, NAN

    def absorb(self, t: Tick, now: float) -> None:
        """A candle has closed: its extremes count from now on."""
        fees = self.fill.fees_pct
        if self.recovery == "was deep" and self.best >= fees:
            self.recovery, self.recovery_best = "came back", self.best
        elif self.recovery == "came back":
            self.recovery_best = max(self.recovery_best, self.best)
        elif self.recovery == "never deep" and self.s.recovery_exit.enabled:
            deep = -self.worst >= self.s.recovery_exit.loss_atr * self.atr(t.around.atr_1h)
            self.recovery = "was deep" if deep else self.recovery
        if self.best > self.gradual_best:
            self.gradual_best = self.best
        fresh = self.best > self.peak
        if fresh:
            self.peak, self.peak_at = self.best, self.candle
        self.breakeven(t.time, now)
        self.trail(now, fresh)
        if self.liquidation < 0:
            bound = self.liquidation * self.s.confirmation.liquidation_share_pct / 100
            if now > bound:
                self.stop = max(self.stop, bound)

    def in_loss(self, now: float, funding: float) -> bool:
        net = now - self.fill.fees_pct + (0.0 if math.isnan(funding) else funding)
        return net <= -self.fill.fees_pct

    def decide(self, t: Tick, now: float, begins: bool) -> None:
        age = t.time - self.fill.time
        s = self.s
        stopped = self.stop_confirmed(t.time, now)
        gradual, recovered = False, False
        on_the_exchange, its_code = self.resting()
        certain = (
            (R.LIQUIDATION, begins and now <= self.liquidation),
            (its_code, now <= on_the_exchange),
            (self.stop_code, stopped),
            (R.TP_HIT, now >= self.target),
            (R.RECOVERY_CLOSE_ALL, t.around.close_all),
            (R.DELISTING, s.delisting.enabled and t.time >= t.around.delivery - s.delisting.hours * HOUR),
        )
        if begins and not any(true for _, true in certain):
            gradual = self.watch_gradual(age, now, t.around.atr_1h)
            recovered = self.watch_recovery(now, t.around.atr_1h)
        stale = t.time - self.peak_at >= s.adverse.stale_hours * HOUR
        adverse = age >= s.adverse.hours * HOUR and stale and self.in_loss(now, t.around.funding_pct)
        reversal = t.around.opposite_signal and now > s.reversal.smallest_profit_pct
        once_per_candle = (
            (R.ADVERSE_TIME_EXIT, s.adverse.enabled and adverse),
            (R.TIME_FORCE, s.force.enabled and age >= s.force.hours * HOUR),
            (R.TIME_GRADUAL, gradual),
            (R.RECOVERY_EXIT, recovered),
            (R.SIGNAL_REVERSAL_PROFIT, s.reversal.enabled and reversal),
        )
        rules = certain + (once_per_candle if begins else ())
        self.true = [code for code, true in rules if true]
        if self.pending is None:
            self.true += self.due(now, age, t.around.funding_pct, begins)
        for code, true in rules:
            if true:
                self.closed, self.pending = (code, now), None
                return
        if self.pending is None:
            self.adjust(t, now, age, begins)

    def watch_gradual(self, age: float, now: float, atr: float) -> bool:
        rule = self.s.gradual
        if not rule.enabled or age < rule.hours * HOUR:
            return False
        if math.isnan(self.gradual_best) or now > self.gradual_best:
            self.gradual_best = now
        return self.gradual_best - now >= rule.retrace_atr * self.atr(atr)

    def watch_recovery(self, now: float, atr: float) -> bool:
        if self.recovery == "was deep" and now >= self.fill.fees_pct:
            self.recovery, self.recovery_best = "came back", now
        if self.recovery != "came back" or not self.s.recovery_exit.enabled:
            return False
        return self.recovery_best - now >= self.s.recovery_exit.give_back_atr * self.atr(atr)

    def due(self, now: float, age: float, funding: float, begins: bool) -> list[R]:
        """Adjustments that are due, whether or not a rule before them takes the position."""
        rule, partial = self.s.time_reduction, self.s.partial_take_profit
        codes = [R.KILL_SWITCH_PARTIAL] if now * self.fill.leverage <= self.kill_first else []
        if begins and rule.enabled and self.in_loss(now, funding):
            codes += [R.TIME_REDUCE_4H] if age >= rule.first_hours * HOUR else []
            codes += [R.TIME_REDUCE_8H] if age >= rule.second_hours * HOUR else []
        if begins and partial.enabled and not math.isnan(float(self.levels.level)):
            base = partial.base_by_level[int(self.levels.level)] * float(self.market.atr_1h_pct)
            steps = zip((R.TP1, R.TP2, R.TP3), partial.multiples, strict=True)
            codes += [code for code, multiple in steps if now >= multiple * base]
        return [code for code in codes if code not in self.fired]

    def adjust(self, t: Tick, now: float, age: float, begins: bool) -> None:
        kill = self.s.kill_switch
        if R.KILL_SWITCH_PARTIAL not in self.fired and now * self.fill.leverage <= self.kill_first:
            return self.reduce(R.KILL_SWITCH_PARTIAL, self.remaining * kill.partial_close_pct / 100, now)
        if not begins:
            return None
        rule = self.s.time_reduction
        for code, hours in ((R.TIME_REDUCE_4H, rule.first_hours), (R.TIME_REDUCE_8H, rule.second_hours)):
            if rule.enabled and code not in self.fired and age >= hours * HOUR:
                self.fired.add(code)
                self.target *= 1 - rule.target_shrink_pct / 100
                if self.in_loss(now, t.around.funding_pct):
                    return self.reduce(code, rule.close_pct / 100, now)
        partial, level = self.s.partial_take_profit, float(self.levels.level)
        if partial.enabled and not math.isnan(level):
            base = partial.base_by_level[int(level)] * float(self.market.atr_1h_pct)
            for code, multiple in zip((R.TP1, R.TP2, R.TP3), partial.multiples, strict=True):
                if code not in self.fired:
                    if now >= multiple * base:
                        self.reduce(code, partial.close_pct / 100, now)
                    return None
        return None

    def reduce(self, code: R, fraction: float, now: float) -> None:
        self.fired.add(code)
        if fraction >= self.remaining - 1e-9:
            self.closed = (code, now)
        else:
            self.pending = (code, fraction)

    def settle(self) -> None:
        if self.pending:
            self.remaining -= self.pending[1]
            self.pending = None

    def inside(self, c: Candle) -> tuple[R | None, float, float]:
        best, worst = sorted((self.gain(c.high), self.gain(c.low)), reverse=True)
        first = self.candle_of(self.fill.time) == self.candle_of(c.time)
        if first and self.gain(c.open) > 0 and self.gain(c.close) < self.gain(c.open):
            best = self.gain(c.close)
        stop, code = self.resting()
        if worst <= stop:
            self.closed = (code, stop)
        elif best >= self.target:
            self.closed = (R.TP_HIT, self.target)
        else:
            self.best, self.worst = max(self.best, best), min(self.worst, worst)
            return None, 0.0, NAN
        return self.closed[0], self.remaining, self.price(self.closed[1])
