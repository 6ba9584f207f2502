"""What the market filters read: trends, flash moves and the macro regime, per candle or per candidate."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np

from hhq.arrays import BoolArray, CodeArray, FloatArray, IntArray
from hhq.regime import MacroRegime


class Trend(IntEnum):
    """Trend codes; arrays hold them as float64, so that NaN can mean n/a."""

    STRONG_BEARISH = -2
    BEARISH = -1
    NEUTRAL = 0
    BULLISH = 1
    STRONG_BULLISH = 2


@dataclass(frozen=True, slots=True)
class MarketValues:
    """The market as the filters read it: float64 arrays of one shape, NaN = n/a; ``macro`` int8 MacroRegime.

    ``btc_short_term``, ``btc_daily``, ``eth_trend``: :class:`Trend` codes. ``flash_crash``, ``flash_pump``
    (BTC) and ``eth_flash`` (crash): 1 on, 0 off. ``minutes_since_crash``, ``minutes_since_pump``: minutes
    from the close of the first candle after the flash move to the close of this candle; 0 while it is on, inf
    when there was none.
    """

    btc_short_term: FloatArray
    btc_daily: FloatArray
    eth_trend: FloatArray
    flash_crash: FloatArray
    minutes_since_crash: FloatArray
    flash_pump: FloatArray
    minutes_since_pump: FloatArray
    eth_flash: FloatArray
    macro: CodeArray

    @classmethod
    def not_available(cls, count: int) -> MarketValues:
        """Return ``count`` entries that are n/a."""
        unknown = {field.name: np.full(count, np.nan) for field in fields(cls) if field.name != "macro"}
        return cls(**unknown, macro=np.full(count, MacroRegime.NOT_AVAILABLE, dtype=np.int8))

    def at(self, entries: IntArray) -> MarketValues:
        """Return the entries with these indices, int64 (k,), in this order."""
        return MarketValues(*(getattr(self, field.name)[entries] for field in fields(self)))

    def btc_known(self) -> BoolArray:
        """Return where everything that the rules about BTC read is known, bool of the arrays' shape."""
        return _all_known(self.btc_short_term, self.btc_daily, self.flash_crash, self.flash_pump)

    def eth_known(self) -> BoolArray:
        """Return where everything that the rules about ETH read is known (one of them reads BTC's trend)."""
        return _all_known(self.eth_trend, self.eth_flash, self.btc_short_term)

    def macro_known(self) -> BoolArray:
        """Return where the macro regime is known, bool of the arrays' shape."""
        known: BoolArray = self.macro != MacroRegime.NOT_AVAILABLE
        return known


def _all_known(*values: FloatArray) -> BoolArray:
    known = np.full(values[0].shape, fill_value=True)
    for array in values:
        known &= ~np.isnan(array)
    return known
