"""One candidate on a market given by its values, and what the market filters make of it."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from hhq.market.filters import MarketDecision, MarketReason, market_filter
from hhq.market.values import MarketValues
from hhq.regime import MacroRegime
from hhq.settings.market import MarketSettings

NAN, INF = float("nan"), float("inf")
LONG, SHORT = 1.0, -1.0
RULE = MarketSettings()


def values(
    short: float = 0.0,
    daily: float = 0.0,
    eth: float = 0.0,
    crash: float = 0.0,
    since_crash: float = INF,
    pump: float = 0.0,
    since_pump: float = INF,
    eth_flash: float = 0.0,
    macro: MacroRegime = MacroRegime.RANGING,
) -> MarketValues:
    numbers = (short, daily, eth, crash, since_crash, pump, since_pump, eth_flash)
    names = [field.name for field in fields(MarketValues) if field.name != "macro"]
    arrays = {name: np.array([number], dtype=np.float64) for name, number in zip(names, numbers, strict=True)}
    return MarketValues(**arrays, macro=np.array([macro], dtype=np.int8))


def ask(
    side: float, market: MarketValues, coin: str = "SOL", settings: MarketSettings = RULE
) -> MarketDecision:
    return market_filter(
        np.array([side]), np.array([coin == "BTC"]), np.array([coin == "ETH"]), market, settings
    )


def outcome(decision: MarketDecision) -> dict[str, object]:
    found = {f.name: getattr(decision, f.name).tolist() for f in fields(decision)}
    return found | {"size_factor": decision.size_factor.tolist()}


def reason(decision: MarketDecision) -> MarketReason:
    return MarketReason(int(decision.veto_reason[0]))


def adjustment(decision: MarketDecision) -> tuple[MarketReason, float, float]:
    return (
        MarketReason(int(decision.adjustment[0])),
        float(decision.penalty[0]),
        float(decision.bonus[0]),
    )


NONE = (MarketReason.NONE, 0.0, 0.0)
DAILY = (MarketReason.BTC_DAILY_AGAINST, 0.3, 0.0)
SHORT_TERM = (MarketReason.BTC_SHORT_TERM_AGAINST, 0.2, 0.0)
ETH = (MarketReason.ETH_STRONG_AGAINST, 0.3, 0.0)
ALIGNED = (MarketReason.BTC_ALIGNED, 0.0, 0.2)
