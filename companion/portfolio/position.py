"""An open position with every level that protects it, from Freqtrade's trade and the exit engine's stored state."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from companion.bot.ids import outer_id
from companion.bot.models import OpenTrade
from hhq.arrays import FloatArray
from hhq.coins import base_of
from hhq.exits.position import StateError, restore_state
from hhq.exits.prices import kill_full_price, resting_stop, roi_price
from hhq.exits.slots import StateSlot as S
from hhq.reasons import CloseReason
from hhq_shared.trade_keys import SIGNAL_KEY, STATE_KEY

HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Level:
    """A price that closes or reduces the position.

    ``distance_pct``: how far, in % of the mark price, the market still has to move to it; 0 or less = reached.
    ``code``: the close reason that it has.
    """

    price: float
    distance_pct: float
    code: str


@dataclass(frozen=True, slots=True)
class Trail:
    """The trailing stop: ``activation`` and ``distance`` in % of the entry, ``roi_activation`` in % of the margin.

    ``peak``: best price of the closed candles; ``since_ms``: when the stop was last set.
    """

    active: bool
    roi_activation_pct: float
    activation_pct: float
    distance_pct: float
    peak: float
    since_ms: int | None


@dataclass(frozen=True, slots=True)
class KillSwitch:
    """Both stages: thresholds in % of the margin (negative), prices, and the distance of ROI to each in points."""

    first_roi_pct: float
    full_roi_pct: float
    first: Level
    full: Level
    first_done: bool


@dataclass(frozen=True, slots=True)
class EntrySignal:
    """What was known of the signal at the entry."""

    score: float
    minimum: float
    regime: str | None
    digest: str | None


@dataclass(frozen=True, slots=True)
class Position:
    """An open position, or an entry order that waits (``state`` "entry order", size 0).

    ``size`` = ``contracts``: coins. ``invested``: margin in USDT; ``leverage``: real, entry notional / margin;
    ``leverage_set``: what the exchange was told. ``unrealised_pnl`` in USDT after fees and funding so far, ``pnl_pct`` of
    it in % of the margin. ``move_pct`` unleveraged and ``roi_pct`` leveraged, both before costs. ``stop``: the position's
    own stop, ``resting``: what rests on the exchange. Levels are null where nothing is stored of the position.
    ``unconfirmed``: the bot's last answer lacked it and it is not known to be closed.
    """

    id: str
    bot: str
    trade_id: int
    pair: str
    symbol: str
    side: str
    state: str
    size: float
    contracts: float
    entry_price: float
    mark_price: float
    invested: float
    notional: float
    leverage: float
    leverage_set: float
    unrealised_pnl: float
    pnl_pct: float
    realised_pnl: float
    move_pct: float
    roi_pct: float
    funding: float
    opened_ms: int
    age_hours: float
    stop: Level | None
    resting: Level | None
    target: Level | None
    emergency: Level | None
    liquidation: Level | None
    trail: Trail | None
    breakeven_armed: bool | None
    kill_switch: KillSwitch | None
    remaining_pct: float
    signal: EntrySignal | None
    unconfirmed: bool


def position_of(
    bot: str,
    trade: OpenTrade,
    stored: Mapping[str, object],
    parameters: FloatArray,
    *,
    mark: float,
    now_ms: int,
    unconfirmed: bool,
) -> Position:
    """A position as it stands; ``stored`` is the trade's custom data, ``mark`` the mark price (NaN: Freqtrade's last).

    ``parameters``: those of :func:`hhq.exits.parameters.exit_parameters` for the settings in force.
    """
    price = mark if math.isfinite(mark) else _number(trade.current_rate)
    opened = trade.open_fill_timestamp or trade.open_timestamp
    state = _state(stored)
    notional = trade.amount * trade.open_rate
    levels = _Levels(state, parameters, price) if state is not None else None
    return Position(
        id=outer_id(bot, trade.trade_id),
        bot=bot,
        trade_id=trade.trade_id,
        pair=trade.pair,
        symbol=f"{base_of(trade.pair)}USDT",
        side="SHORT" if trade.is_short else "LONG",
        state="open" if trade.amount > 0 else "entry order",
        size=trade.amount,
        contracts=trade.amount,
        entry_price=trade.open_rate,
        mark_price=price,
        invested=trade.stake_amount,
        notional=trade.amount * price,
        leverage=notional / trade.stake_amount if trade.stake_amount > 0 else math.nan,
        leverage_set=_number(trade.leverage),
        unrealised_pnl=_number(trade.profit_abs),
        pnl_pct=100.0 * _number(trade.profit_ratio),
        realised_pnl=trade.realized_profit,
        move_pct=_move(trade, price),
        roi_pct=_move(trade, price) * _number(trade.leverage),
        funding=_number(trade.funding_fees),
        opened_ms=opened,
        age_hours=(now_ms - opened) / HOUR_MS,
        stop=levels.stop() if levels else None,
        resting=levels.resting() if levels else None,
        target=levels.target() if levels else None,
        emergency=levels.emergency() if levels else None,
        liquidation=_liquidation(trade, price),
        trail=_trail(state) if state is not None else None,
        breakeven_armed=_armed(state) if state is not None else None,
        kill_switch=levels.kill_switch() if levels else None,
        remaining_pct=100.0 * float(state[S.REMAINING]) if state is not None else math.nan,
        signal=_signal(stored),
        unconfirmed=unconfirmed,
    )


class _Levels:
    """The levels of one stored state, seen from a price."""

    def __init__(self, state: FloatArray, parameters: FloatArray, price: float) -> None:
        self._state = state
        self._parameters = parameters
        self._price = price
        self._side = float(state[S.SIDE])

    def stop(self) -> Level | None:
        return self._against(float(self._state[S.STOP]), _code(self._state[S.STOP_CODE]))

    def resting(self) -> Level | None:
        price, code = resting_stop(self._state, self._parameters)
        return self._against(price, _code(code))

    def target(self) -> Level | None:
        return self._for(float(self._state[S.TARGET]), CloseReason.TP_HIT.name)

    def emergency(self) -> Level | None:
        return self._against(float(self._state[S.EMERGENCY]), CloseReason.EMERGENCY_SL.name)

    def kill_switch(self) -> KillSwitch | None:
        first_roi, full_roi = (
            float(self._state[slot]) for slot in (S.KILL_FIRST_ROI_PCT, S.KILL_FULL_ROI_PCT)
        )
        first = self._against(roi_price(self._state, first_roi), CloseReason.KILL_SWITCH_PARTIAL.name)
        full = self._against(
            kill_full_price(self._state, self._parameters), CloseReason.KILL_SWITCH_FULL.name
        )
        if first is None or full is None:
            return None
        return KillSwitch(first_roi, full_roi, first, full, bool(self._state[S.KILL_PARTIAL_DONE]))

    def _against(self, level: float, code: str) -> Level | None:
        return _level(level, self._price, -self._side, code)

    def _for(self, level: float, code: str) -> Level | None:
        return _level(level, self._price, self._side, code)


def _level(level: float, price: float, direction: float, code: str) -> Level | None:
    """A level that the market reaches by moving in ``direction``."""
    if not math.isfinite(level):
        return None
    return Level(level, direction * (level / price - 1.0) * 100.0, code)


def _state(stored: Mapping[str, object]) -> FloatArray | None:
    record = stored.get(STATE_KEY)
    if not isinstance(record, Mapping):
        return None
    try:
        return restore_state(record)
    except StateError:
        # Written by another version of the strategy: what it means is not known here.
        return None


def _trail(state: FloatArray) -> Trail:
    return Trail(
        active=bool(state[S.TRAIL_ACTIVE]),
        roi_activation_pct=float(state[S.TRAIL_ROI_PCT]),
        activation_pct=float(state[S.TRAIL_ACTIVATION_PCT]),
        distance_pct=float(state[S.TRAIL_DISTANCE_PCT]),
        peak=float(state[S.PEAK]),
        since_ms=_ms(float(state[S.STOP_SINCE])),
    )


def _armed(state: FloatArray) -> bool:
    """Whether the stop stands at breakeven or better by its rule."""
    return bool(state[S.STOP_CODE] == float(CloseReason.BREAKEVEN))


def _signal(stored: Mapping[str, object]) -> EntrySignal | None:
    record = stored.get(SIGNAL_KEY)
    if not isinstance(record, Mapping):
        return None
    snapshot = record.get("settings_snapshot")
    regime = snapshot.get("market_regime") if isinstance(snapshot, Mapping) else None
    return EntrySignal(
        _number(record.get("score")),
        _number(record.get("minimum")),
        _text(regime),
        _text(record.get("digest")),
    )


def _liquidation(trade: OpenTrade, price: float) -> Level | None:
    level = _number(trade.liquidation_price)
    return _level(level, price, -float(trade.side), CloseReason.LIQUIDATION.name) if level > 0.0 else None


def _move(trade: OpenTrade, price: float) -> float:
    return trade.side * (price / trade.open_rate - 1.0) * 100.0 if trade.open_rate > 0.0 else math.nan


def _code(value: float) -> str:
    return CloseReason(int(value)).name


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _ms(seconds: float) -> int | None:
    return int(seconds * 1000.0) if math.isfinite(seconds) else None
