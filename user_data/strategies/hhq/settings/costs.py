"""Settings of what a trade costs (docs/signal.md#what-a-round-trip-costs)."""

from __future__ import annotations

from hhq.settings.base import Section, option, setting


class CostSettings(Section):
    """What a round trip is expected to cost, and how much of the move that it is for that may take."""

    hurdle: bool = option(
        default=False, text="Refuse entries whose expected costs are too large for the move (COST)."
    )
    largest_atr_share: float = setting(
        15.0, 0.1, 100.0, "% of ATR", "Hurdle: the costs are at most this share of the ATR of 1h candles."
    )
    largest_stop_share: float = setting(
        10.0, 0.1, 100.0, "% of stop", "Hurdle: the costs are at most this share of the stop's distance."
    )
    expected_hours: float = setting(
        4.0, 0.0, 168.0, "h", "How long a position is expected to last: the time for which it pays funding."
    )
    maker_fee_pct: float = setting(
        0.02, -1.0, 1.0, "%", "Fee of an order that rests in the book; below 0: a rebate."
    )
