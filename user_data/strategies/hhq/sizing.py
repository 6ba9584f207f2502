"""How much margin an entry calls for, and how much the account can still carry (docs/leverage-and-size.md)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from hhq.closed_trade import ClosedTrade, Outcome
from hhq.settings.sizing import SizingSettings
from hhq.steps import value_below, value_from


@dataclass(frozen=True, slots=True)
class AccountView:
    """The account before an entry, in USDT: its open positions together with unfilled entry orders.

    ``equity`` = wallet + unrealised profit; ``peak_equity`` of the last 30 days; ``open_margin`` of all positions;
    ``long_notional`` and ``short_notional`` both ≥ 0; ``closed_trades`` in any order.
    """

    equity: float
    peak_equity: float
    open_margin: float
    long_notional: float
    short_notional: float
    closed_trades: tuple[ClosedTrade, ...] = ()


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One step on the way to a size: its name, the factor or bound that it applied, and the amount before and after."""

    name: str
    value: float
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class WantedMargin:
    """The margin that an entry would take without any cap, in USDT, and how it came about."""

    margin: float
    steps: tuple[Adjustment, ...]


@dataclass(frozen=True, slots=True)
class AccountRoom:
    """What the account can still take on one side, in USDT; a value ≤ 0 means nothing.

    ``loss_at_stop`` is the most that one trade may lose at its stop, fees included.
    """

    total_margin: float
    gross_notional: float
    net_notional: float
    loss_at_stop: float


def recent_outcomes(trades: Iterable[ClosedTrade], count: int) -> tuple[Outcome, ...]:
    """Return the outcomes of the last ``count`` trades by close time, oldest first."""
    ordered = sorted(trades, key=lambda trade: trade.closed_at)
    return tuple(trade.outcome for trade in ordered[-count:])


def recent_results_factor(trades: Iterable[ClosedTrade], settings: SizingSettings) -> float:
    """Return the risk multiplier by the wins among the last ``recent_trades`` trades; 1 while there are fewer."""
    outcomes = recent_outcomes(trades, settings.recent_trades)
    if len(outcomes) < settings.recent_trades:
        return 1.0
    return float(value_from(outcomes.count(Outcome.WIN), settings.wins_steps, settings.wins_otherwise))


def session_factor(hour: float, settings: SizingSettings) -> float:
    """Return the margin multiplier at a UTC ``hour`` (0 ≤ hour < 24, fractions allowed); ValueError otherwise."""
    if not 0.0 <= hour < 24.0:
        raise ValueError(f"hour of the day: {hour}")
    return float(value_below(hour, settings.session_steps, math.nan))


def wanted_margin(
    account: AccountView, size_factor: float, hour: float, settings: SizingSettings
) -> WantedMargin:
    """Return equity × risk × recent results × signal size factor × session factor in USDT, step by step."""
    factors = (
        ("risk per trade", settings.risk_per_trade / 100.0),
        ("recent results", recent_results_factor(account.closed_trades, settings)),
        ("signal size", size_factor),
        ("session", session_factor(hour, settings)),
    )
    margin = account.equity
    steps = []
    for name, factor in factors:
        steps.append(Adjustment(name, factor, margin, margin * factor))
        margin *= factor
    return WantedMargin(margin, tuple(steps))


def account_room(account: AccountView, side: int, settings: SizingSettings) -> AccountRoom:
    """Return what the caps of the account leave for an entry of ``side`` (+1 LONG, −1 SHORT)."""
    net_of_side = side * (account.long_notional - account.short_notional)
    return AccountRoom(
        total_margin=account.equity * settings.total_margin / 100.0 - account.open_margin,
        gross_notional=account.equity * settings.gross_notional
        - account.long_notional
        - account.short_notional,
        net_notional=account.equity * settings.net_notional - net_of_side,
        loss_at_stop=account.equity * settings.loss_at_stop / 100.0,
    )
