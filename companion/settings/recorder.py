"""Recording of what candles do not hold (spec: companion §3)."""

from __future__ import annotations

from hhq.settings.base import Section, option, setting


class RecorderSettings(Section):
    """Which rows are kept, and how much of them."""

    enabled: bool = option(
        default=True, text="Record spread, imbalance, funding, basis, whales and liquidations."
    )
    largest_mb: int = setting(2048, 10, 1_000_000, "MB", "Size of all recordings; the oldest go first.")
