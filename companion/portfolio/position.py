"""An open position with every level that protects it, from Freqtrade's trade and the exit engine's stored state."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from companion.bot.ids import outer_id
from companion.bot.trade_models import OpenTrade
from companion.portfolio.exit_levels import (
    ExitLevels,
    KillSwitch,
    Level,
    Trail,
    breakeven_armed,
    level_at,
    trail_of,
)
from hhq.arrays import FloatArray
from hhq.coins import base_of
from hhq.exits.position import StateError, restore_state
from hhq.exits.slots import StateSlot as S
from hhq.reasons import CloseReason
from hhq_shared.trade_keys import SIGNAL_KEY, STATE_KEY

HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class EntrySignal:
    """The signal as it was at the entry. ``forced``: a user asked for the entry, and nothing here decided it."""

    forced: bool
    score: float
    minimum: float
    regime: str | None
    digest: str | None


@dataclass(frozen=True, slots=True)
class Delisting:
    """The announced delivery of a position's contract, and from when on the bot closes the position (null: it does not)."""

    delivery_ms: int
    closes_from_ms: int | None


@dataclass(frozen=True, slots=True)
class Position:
    """An open position, or a pending entry order (``state`` "entry order", size 0, whose ROI and PnL are null).

    ``size`` = ``contracts``: coins. ``invested``: margin in USDT; ``leverage``: actual, entry notional / margin;
    ``leverage_set``: as set on the exchange. ``unrealised_pnl`` in USDT after fees and funding so far, ``pnl_pct``: the
    same in % of the margin. ``move_pct`` unleveraged and ``roi_pct`` leveraged, both before costs. ``stop``: the position's
    own stop, ``resting``: the stop resting on the exchange. Levels other than ``liquidation`` are null if the strategy has
    stored nothing with the position. ``unconfirmed``: missing from the bot's last answer but not known to be closed.
    ``delisting``: null unless the contract's delivery is so near that the coin is no longer entered.
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
    delisting: Delisting | None


def position_of(
    bot: str,
    trade: OpenTrade,
    stored: Mapping[str, object],
    parameters: FloatArray,
    *,
    mark: float,
    now_ms: int,
    unconfirmed: bool,
    delisting: Delisting | None = None,
) -> Position:
    """A position at ``now_ms`` (UTC); ``stored``: the trade's custom data, ``mark``: mark price (NaN: Freqtrade's last).

    ``parameters``: those of :func:`hhq.exits.parameters.exit_parameters` for the settings in force.
    """
    price = mark if math.isfinite(mark) else _number(trade.current_rate)
    position = replace(
        _as_freqtrade_has_it(bot, trade, price, now_ms),
        signal=_signal(stored),
        unconfirmed=unconfirmed,
        delisting=delisting,
    )
    state = _state(stored)
    if state is None:
        return position
    levels = ExitLevels(state, parameters, price)
    return replace(
        position,
        stop=levels.stop(),
        resting=levels.resting(),
        target=levels.target(),
        emergency=levels.emergency(),
        trail=trail_of(state),
        breakeven_armed=breakeven_armed(state),
        kill_switch=levels.kill_switch(),
        remaining_pct=100.0 * float(state[S.REMAINING]),
    )


def _as_freqtrade_has_it(bot: str, trade: OpenTrade, price: float, now_ms: int) -> Position:
    """The position as Freqtrade alone knows it, without what the strategy has stored with it."""
    opened = trade.open_fill_timestamp or trade.open_timestamp
    notional = trade.amount * trade.open_rate
    filled = trade.amount > 0.0
    return Position(
        id=outer_id(bot, trade.trade_id),
        bot=bot,
        trade_id=trade.trade_id,
        pair=trade.pair,
        symbol=f"{base_of(trade.pair)}USDT",
        side="SHORT" if trade.is_short else "LONG",
        state="open" if filled else "entry order",
        size=trade.amount,
        contracts=trade.amount,
        entry_price=trade.open_rate,
        mark_price=price,
        invested=trade.stake_amount,
        notional=trade.amount * price,
        leverage=notional / trade.stake_amount if filled and trade.stake_amount > 0 else math.nan,
        leverage_set=_number(trade.leverage),
        unrealised_pnl=_number(trade.profit_abs) if filled else math.nan,
        pnl_pct=100.0 * _number(trade.profit_ratio) if filled else math.nan,
        realised_pnl=trade.realized_profit,
        move_pct=_move(trade, price),
        roi_pct=_move(trade, price) * _number(trade.leverage),
        funding=_number(trade.funding_fees),
        opened_ms=opened,
        age_hours=(now_ms - opened) / HOUR_MS,
        stop=None,
        resting=None,
        target=None,
        emergency=None,
        liquidation=_liquidation(trade, price),
        trail=None,
        breakeven_armed=None,
        kill_switch=None,
        remaining_pct=math.nan,
        signal=None,
        unconfirmed=False,
        delisting=None,
    )


def _state(stored: Mapping[str, object]) -> FloatArray | None:
    record = stored.get(STATE_KEY)
    if not isinstance(record, Mapping):
        return None
    try:
        return restore_state(record)
    except StateError:
        # Written by another version of the strategy: its meaning is not known here.
        return None


def _signal(stored: Mapping[str, object]) -> EntrySignal | None:
    record = stored.get(SIGNAL_KEY)
    if not isinstance(record, Mapping):
        return None
    snapshot = record.get("settings_snapshot")
    regime = snapshot.get("market_regime") if isinstance(snapshot, Mapping) else None
    return EntrySignal(
        record.get("forced") is True,
        _number(record.get("score")),
        _number(record.get("minimum")),
        _text(regime),
        _text(record.get("digest")),
    )


def _liquidation(trade: OpenTrade, price: float) -> Level | None:
    level = _number(trade.liquidation_price)
    return level_at(level, price, -float(trade.side), CloseReason.LIQUIDATION.name) if level > 0.0 else None


def _move(trade: OpenTrade, price: float) -> float:
    if not (trade.amount > 0.0 and trade.open_rate > 0.0):
        return math.nan
    return trade.side * (price / trade.open_rate - 1.0) * 100.0


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
