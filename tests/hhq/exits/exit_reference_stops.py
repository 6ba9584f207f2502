"""The stops of the reference: where each level lies, and which of them rests."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from hhq.exits.levels import FillMarket, Levels
from hhq.exits.position import Fill
from hhq.reasons import CloseReason as R
from hhq.settings.exits import ExitSettings
from hhq.settings.levels import LevelSettings


@dataclass
class ReferenceStops:
    """A position's levels. Every price is kept as its gain: % of the entry in the position's favour."""

    fill: Fill
    levels: Levels
    market: FillMarket
    s: ExitSettings
    level_settings: LevelSettings
    confirm: bool
    trailing: bool = False
    beyond: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        fill, s = self.fill, self.s
        self.emergency = -s.emergency.loss_pct
        self.liquidation = self.gain(fill.liquidation)
        stop = self.gain(float(self.levels.stop_price))
        self.stop = self.emergency if math.isnan(stop) else stop
        if self.liquidation < 0:
            self.stop = max(self.stop, self.liquidation * s.confirmation.liquidation_share_pct / 100)
        self.width = -self.stop
        self.stop_code = R.SL_HIT
        self.target = self.gain(float(self.levels.target_price))
        clamp = min(max(math.sqrt(10 / fill.leverage), 0.5), 1.0)
        first, full = (-100, -150) if fill.cross else (-30, -50)
        self.kill_first, self.kill_full = first * clamp, full * clamp
        self.peak, self.peak_at = 0.0, fill.time
        self.best = self.worst = 0.0
        self.last = fill.time
        self.candle = self.candle_of(fill.time)

    def gain(self, price: float) -> float:
        return self.fill.side * (price / self.fill.entry - 1) * 100

    def price(self, gain: float) -> float:
        return self.fill.entry * (1 + self.fill.side * gain / 100)

    def candle_of(self, time: float) -> float:
        length = self.s.candle_seconds
        return time if length == 0 else time // length * length

    def atr(self, current: float) -> float:
        return (self.market_atr if math.isnan(current) else current) / self.fill.entry * 100

    @property
    def market_atr(self) -> float:
        return float(self.market.atr_1h)

    def breakeven(self, time: float, now: float) -> None:
        rule, level = self.s.breakeven, float(self.levels.level)
        if not rule.enabled or math.isnan(level) or time - self.fill.time < rule.smallest_age_minutes * 60:
            return
        i = int(level)
        armed_at = max(rule.floor_by_level[i], rule.atr_by_level[i] * float(self.market.atr_1h_pct))
        stop = rule.buffer_by_level[i] + self.fill.fees_pct
        if self.peak >= armed_at and now > stop and stop > self.stop:
            self.stop, self.stop_code = stop, R.BREAKEVEN

    def trail(self, now: float, fresh: bool) -> None:
        if not self.s.trail.enabled or (self.trailing and not fresh):
            return
        roi = self.peak * self.fill.leverage
        factor = next((f for limit, f in self.level_settings.tightening_steps if roi >= limit), 1.0)
        distance = float(self.levels.trail_distance_pct) * factor
        reached = roi >= self.levels.roi_activation or self.peak >= self.levels.trail_activation_pct
        if not reached or not self.peak >= distance + self.fill.fees_pct:
            return
        stop = min(self.peak - distance, now)
        if not self.trailing and stop < self.fill.fees_pct:
            return
        self.trailing = True
        if stop > self.stop:
            self.stop, self.stop_code = stop, R.TRAILING_STOP

    def kill_price(self) -> float:
        full = self.kill_full / self.fill.leverage
        if self.liquidation < 0:
            full = max(full, self.liquidation * self.s.kill_switch.liquidation_share_pct / 100)
        return full

    def resting(self) -> tuple[float, R]:
        candidates = [(self.kill_price(), R.KILL_SWITCH_FULL), (self.emergency, R.EMERGENCY_SL)]
        candidates.append((self.catastrophe(), self.stop_code))
        return max(candidates, key=lambda item: item[0])

    def confirms(self) -> bool:
        return self.confirm and (self.s.confirmation.evaluations > 1 or self.s.confirmation.seconds > 0)

    def catastrophe(self) -> float:
        stop = self.stop
        if self.confirms():
            stop -= self.width * (self.s.confirmation.catastrophe_multiple - 1)
        if self.liquidation < 0:
            stop = max(stop, self.liquidation * self.s.confirmation.liquidation_share_pct / 100)
        return stop

    def stop_confirmed(self, time: float, now: float) -> bool:
        if now > self.stop:
            self.beyond = []
            return False
        if not self.beyond or time - self.beyond[-1] >= self.s.confirmation.spacing_seconds:
            self.beyond.append(time)
        if not self.confirms():
            return True
        long_enough = time - self.beyond[0] >= self.s.confirmation.seconds
        return len(self.beyond) >= self.s.confirmation.evaluations and long_enough
