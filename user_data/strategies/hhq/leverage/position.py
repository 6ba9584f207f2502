"""Solves margin, leverage and notional once, for both of Freqtrade's callbacks (docs/leverage-and-size.md)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple, Self

from hhq.leverage.bounds import kill_switch_distance_pct, leverage_bounds, liquidation_safety_pct
from hhq.leverage.factors import rounded_leverage
from hhq.liquidation import LeverageTiers
from hhq.settings.levels import KillSwitchThreshold
from hhq.settings.leverage import LeverageSettings
from hhq.sizing import AccountRoom, Adjustment


class LeverageCap(Enum):
    """Caps of the leverage, in order."""

    BRACKET = "exchange bracket"
    FREQTRADE = "Freqtrade's maximum"
    MAX_LEVERAGE = "max_leverage"
    VOLATILITY = "volatility level"
    LIQUIDATION = "liquidation safety"
    KILL_SWITCH = "kill-switch sanity"


class Refusal(Enum):
    """Why an entry is refused."""

    NO_LEVERAGE = "no leverage known"
    NO_PRICE = "no entry price or stop known"
    NO_MARGIN = "no margin wanted"
    LEVERAGE_BELOW_ONE = "leverage below 1"
    TOTAL_MARGIN = "total margin"
    GROSS_NOTIONAL = "gross notional"
    NET_NOTIONAL = "net notional of the side"
    LOSS_AT_STOP = "loss at the stop"
    BELOW_MINIMUM = "below the exchange's minimum"


@dataclass(frozen=True, slots=True)
class PositionRequest:
    """A requested entry.

    ``side`` +1 LONG, −1 SHORT; ``entry_price`` in quote currency; ``stop_distance_pct`` in percent of it;
    ``wanted_margin`` in USDT; ``product`` of all leverage factors, balance included (NaN = unknown);
    ``minimum_notional`` the exchange's smallest order in USDT; ``freqtrade_maximum`` the leverage at which
    Freqtrade itself would cap it (its callback's ``max_leverage``); ``volatility_cap`` that of the coin's volatility
    level (NaN: none); ``asked_leverage`` what a user asks for instead of
    the product (NaN: nothing), rounded down and capped like it.
    """

    side: int
    entry_price: float
    stop_distance_pct: float
    wanted_margin: float
    product: float
    minimum_notional: float
    freqtrade_maximum: float = math.inf
    volatility_cap: float = math.nan
    asked_leverage: float = math.nan


@dataclass(frozen=True, slots=True)
class PositionPlan:
    """Margin, leverage and notional of an entry, or why there is none (then the amounts are NaN).

    ``requested_leverage`` is the rounded product of the factors, or what the user asked for; ``caps`` every cap with
    the leverage that it allows; ``bound_by`` the cap that decided (None: the request did);
    ``adjustments`` the limits that shrank the margin; ``detail`` the refusal in words; amounts in USDT, distances in
    percent of the entry price.
    """

    refusal: Refusal | None
    detail: str
    requested_leverage: float
    leverage: float
    margin: float
    notional: float
    bound_by: LeverageCap | None
    caps: tuple[tuple[LeverageCap, int], ...]
    adjustments: tuple[Adjustment, ...]
    stop_distance_pct: float
    liquidation_distance_pct: float
    kill_switch_distance_pct: float

    @property
    def accepted(self) -> bool:
        """Whether the entry may be made."""
        return self.refusal is None


def solve_position(
    request: PositionRequest,
    room: AccountRoom,
    tiers: LeverageTiers,
    first_kill_switch: KillSwitchThreshold,
    settings: LeverageSettings,
) -> PositionPlan:
    """Return the position that the account, the exchange and the stop allow.

    Isolated margin. Total margin, gross and net notional shrink the entry while the leverage is being chosen; the
    loss at the stop shrinks the margin only afterwards, so that a wider stop never raises the leverage.
    """
    plan = _nothing_yet(request)
    if (unusable := _unusable(request)) is not None:
        return replace(plan, refusal=unusable, detail=unusable.value)
    plan = replace(plan, requested_leverage=_requested(request, settings))
    limits = _Limits.of(request, room, tiers, settings)
    if (full := limits.exhausted()) is not None:
        return replace(plan, refusal=full, detail=f"{full.value}: nothing left")
    caps = _caps(request, limits, tiers, first_kill_switch, settings)
    leverage, bound_by = _capped(plan.requested_leverage, caps)
    plan = replace(plan, caps=caps, bound_by=bound_by)
    if bound_by is not None and leverage < 1.0:
        return replace(plan, refusal=Refusal.LEVERAGE_BELOW_ONE, detail=f"no leverage by {bound_by.value}")
    margin, adjustments = limits.shrink(request.wanted_margin, leverage)
    plan = replace(plan, adjustments=adjustments)
    return _sized(plan, request, margin, leverage, tiers, first_kill_switch, settings)


def _sized(
    plan: PositionPlan,
    request: PositionRequest,
    margin: float,
    leverage: float,
    tiers: LeverageTiers,
    first_kill_switch: KillSwitchThreshold,
    settings: LeverageSettings,
) -> PositionPlan:
    """Return the plan with this margin and leverage, or a refusal where the order would be too small."""
    notional = margin * leverage
    if not notional >= request.minimum_notional:
        detail = _too_small(notional, request.minimum_notional, plan.adjustments)
        return replace(plan, refusal=Refusal.BELOW_MINIMUM, detail=detail)
    safety = liquidation_safety_pct(
        leverage=leverage,
        notional=notional,
        entry_price=request.entry_price,
        side=float(request.side),
        tiers=tiers,
        settings=settings,
    )
    return replace(
        plan,
        leverage=leverage,
        margin=margin,
        notional=notional,
        liquidation_distance_pct=float(safety),
        kill_switch_distance_pct=float(kill_switch_distance_pct(leverage, first_kill_switch)),
    )


class _Limits(NamedTuple):
    """The most that one entry may take, in USDT: ``total_margin`` as margin, the others as notional."""

    total_margin: float
    gross_notional: float
    net_notional: float
    loss_at_stop: float
    exchange: float

    @classmethod
    def of(
        cls, request: PositionRequest, room: AccountRoom, tiers: LeverageTiers, settings: LeverageSettings
    ) -> Self:
        loss_pct = request.stop_distance_pct + 2.0 * settings.taker_fee_pct
        return cls(
            total_margin=room.total_margin,
            gross_notional=room.gross_notional,
            net_notional=room.net_notional,
            loss_at_stop=room.loss_at_stop / loss_pct * 100.0,
            exchange=tiers.largest_notional,
        )

    def exhausted(self) -> Refusal | None:
        """Return the first limit of the account that leaves nothing, or is unknown; None if all leave something."""
        order = (Refusal.TOTAL_MARGIN, Refusal.GROSS_NOTIONAL, Refusal.NET_NOTIONAL, Refusal.LOSS_AT_STOP)
        return next((name for name, left in zip(order, self, strict=False) if not left > 0.0), None)

    def shrink(self, margin: float, leverage: float) -> tuple[float, tuple[Adjustment, ...]]:
        """Apply every limit at ``leverage``; return the margin and the limits that shrank it."""
        allowed = (
            (Refusal.TOTAL_MARGIN.value, self.total_margin, self.total_margin),
            (Refusal.GROSS_NOTIONAL.value, self.gross_notional, self.gross_notional / leverage),
            (Refusal.NET_NOTIONAL.value, self.net_notional, self.net_notional / leverage),
            ("largest order of the exchange", self.exchange, self.exchange / leverage),
            (Refusal.LOSS_AT_STOP.value, self.loss_at_stop, self.loss_at_stop / leverage),
        )
        adjustments = []
        for name, value, largest in allowed:
            if largest < margin:
                adjustments.append(Adjustment(name, value, margin, largest))
                margin = largest
        return margin, tuple(adjustments)


def _requested(request: PositionRequest, settings: LeverageSettings) -> float:
    if math.isnan(request.asked_leverage):
        return float(rounded_leverage(request.product, settings))
    return float(max(1, math.floor(request.asked_leverage)))


def _unusable(request: PositionRequest) -> Refusal | None:
    if math.isnan(request.product) and math.isnan(request.asked_leverage):
        return Refusal.NO_LEVERAGE
    if not (_positive(request.entry_price) and _positive(request.stop_distance_pct)):
        return Refusal.NO_PRICE
    return None if _positive(request.wanted_margin) else Refusal.NO_MARGIN


def _positive(value: float) -> bool:
    return math.isfinite(value) and value > 0.0


def _caps(
    request: PositionRequest,
    limits: _Limits,
    tiers: LeverageTiers,
    first_kill_switch: KillSwitchThreshold,
    settings: LeverageSettings,
) -> tuple[tuple[LeverageCap, int], ...]:
    bounds = leverage_bounds(
        margin=min(request.wanted_margin, limits.total_margin),
        notional_limit=min(limits.gross_notional, limits.net_notional, limits.exchange),
        entry_price=request.entry_price,
        side=float(request.side),
        stop_distance_pct=request.stop_distance_pct,
        tiers=tiers,
        first_kill_switch=first_kill_switch,
        settings=settings,
    )
    # An unknown maximum (NaN) allows nothing.
    by_freqtrade = (
        min(request.freqtrade_maximum, float(settings.highest)) if request.freqtrade_maximum >= 1 else 0
    )
    return (
        (LeverageCap.BRACKET, int(bounds.bracket)),
        (LeverageCap.FREQTRADE, math.floor(by_freqtrade)),
        (LeverageCap.MAX_LEVERAGE, settings.max_leverage),
        (LeverageCap.VOLATILITY, _whole(request.volatility_cap, settings)),
        (LeverageCap.LIQUIDATION, int(bounds.liquidation)),
        (LeverageCap.KILL_SWITCH, int(bounds.kill_switch)),
    )


def _whole(cap: float, settings: LeverageSettings) -> int:
    return settings.highest if math.isnan(cap) else math.floor(cap)


def _capped(requested: float, caps: tuple[tuple[LeverageCap, int], ...]) -> tuple[float, LeverageCap | None]:
    leverage, bound_by = requested, None
    for cap, allowed in caps:
        if allowed < leverage:
            leverage, bound_by = float(allowed), cap
    return leverage, bound_by


def _too_small(notional: float, minimum: float, adjustments: tuple[Adjustment, ...]) -> str:
    text = f"{notional:.2f} USDT is below the exchange's minimum of {minimum:.2f} USDT"
    return f"{text} after {', '.join(step.name for step in adjustments)}" if adjustments else text


def _nothing_yet(request: PositionRequest) -> PositionPlan:
    return PositionPlan(
        refusal=None,
        detail="",
        requested_leverage=math.nan,
        leverage=math.nan,
        margin=math.nan,
        notional=math.nan,
        bound_by=None,
        caps=(),
        adjustments=(),
        stop_distance_pct=request.stop_distance_pct,
        liquidation_distance_pct=math.nan,
        kill_switch_distance_pct=math.nan,
    )
