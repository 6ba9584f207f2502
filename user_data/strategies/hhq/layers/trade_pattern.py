"""Layer 18: how this coin and this side have done so far. It belongs to the account and is added at the entry."""

from __future__ import annotations

from dataclasses import dataclass

from hhq.settings.layers import LayersSettings, TradePattern

NUMBER = 18
NAME = "trade_pattern"


@dataclass(frozen=True, slots=True)
class WinRate:
    """Closed trades of one coin or one side: how many, and the share of them with a net profit in % (NaN: none)."""

    trades: int
    win_rate: float


def points(coin: WinRate, side: WinRate, other_side: WinRate, settings: LayersSettings) -> float:
    """Win rate of the coin (`coin_trades` trades or more) < `coin_very_bad_below` → `coin_very_bad_points`; <
    `coin_bad_below` → `coin_bad_points`; < `coin_poor_below` → `coin_poor_points`; > `coin_good_above` →
    `coin_good_points`.

    Added to that: `side_weak_points` when the trade's side is the weaker one, with `side_trades` trades or more
    and a win rate < `side_weak_below`. A side is the weaker one when its win rate is lower than that of the
    other side, or when the other side has not traded. With too few trades, a part gives 0.
    """
    rule = settings.trade_pattern
    return (_coin_points(coin, rule) + _side_points(side, other_side, rule)) * rule.weight + 0.0


def not_available(coin: WinRate, side: WinRate, settings: LayersSettings) -> bool:
    """Return whether neither the coin nor the side has enough trades to say anything."""
    rule = settings.trade_pattern
    return coin.trades < rule.coin_trades and side.trades < rule.side_trades


def outcomes(settings: LayersSettings) -> tuple[float, ...]:
    """Return the fewest and the most points that the layer can give."""
    rule = settings.trade_pattern
    worst = min(rule.coin_very_bad_points, rule.coin_bad_points, rule.coin_poor_points)
    return (worst + rule.side_weak_points) * rule.weight, rule.coin_good_points * rule.weight


def _coin_points(coin: WinRate, rule: TradePattern) -> float:
    rows = (
        (coin.win_rate < rule.coin_very_bad_below, rule.coin_very_bad_points),
        (coin.win_rate < rule.coin_bad_below, rule.coin_bad_points),
        (coin.win_rate < rule.coin_poor_below, rule.coin_poor_points),
        (coin.win_rate > rule.coin_good_above, rule.coin_good_points),
    )
    if coin.trades < rule.coin_trades:
        return 0.0
    return next((value for holds, value in rows if holds), 0.0)


def _side_points(side: WinRate, other_side: WinRate, rule: TradePattern) -> float:
    weaker = other_side.trades == 0 or side.win_rate < other_side.win_rate
    if weaker and side.trades >= rule.side_trades and side.win_rate < rule.side_weak_below:
        return rule.side_weak_points
    return 0.0
