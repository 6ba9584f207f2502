"""One coin-candle with everything that went into its decision."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hhq.coins import CoinTable
from hhq.decide import Decisions
from hhq.features.catalogue import Feature, FeatureBlock
from hhq.gates import Gate
from hhq.market.series import MarketSeries
from hhq.market.values import Trend
from hhq.panel import CANDLE_MS
from hhq.regime import Regime
from hhq.settings import HHQSettings
from hhq.signals import Signals, Where, evaluate
from hhq.thresholds import decide_side, effective_threshold


@dataclass(frozen=True, slots=True)
class Candle:
    """A decided candle; block, market and coins hold one coin and one bar."""

    block: FeatureBlock
    market: MarketSeries
    coins: CoinTable
    settings: HHQSettings
    gate: Gate
    regime: Regime
    side: int
    threshold: float

    @classmethod
    def of(
        cls,
        block: FeatureBlock,
        market: MarketSeries,
        coins: CoinTable,
        decisions: Decisions,
        settings: HHQSettings,
        *,
        coin: int,
        bar: int,
    ) -> Candle:
        """Cut one candle out of ``decisions = decide(block, market.values, coins, settings)``.

        ``coin`` and ``bar`` are indices into ``block``, from 0 on (else IndexError). ``market`` may cover more candles
        than the block.
        """
        if not (0 <= coin < decisions.gate.shape[0] and 0 <= bar < decisions.gate.shape[1]):
            raise IndexError(f"coin {coin}, bar {bar}: decided are {decisions.gate.shape} coins and bars")
        return cls(
            FeatureBlock(
                (block.symbols[coin],),
                block.first_bar + bar,
                np.ascontiguousarray(block.values[:, coin : coin + 1, bar : bar + 1]),
                block.history[coin : coin + 1, bar : bar + 1],
            ),
            market.aligned(block.first_bar + bar, 1),
            coins.one(coin),
            settings,
            Gate(int(decisions.gate[coin, bar])),
            Regime(int(decisions.regime[coin, bar])),
            int(decisions.side[coin, bar]),
            float(decisions.threshold[coin, bar]),
        )

    @property
    def symbol(self) -> str:
        """The coin's pair."""
        return self.block.symbols[0]

    @property
    def closed_at(self) -> int:
        """Close time in ms UTC."""
        return (self.block.first_bar + 1) * CANDLE_MS

    @property
    def standard_threshold(self) -> float:
        """The z threshold before the regime raises it."""
        features = self.block[Feature.HURST], self.block[Feature.ATR_PCT]
        return float(effective_threshold(*features, self.settings.signal)[0, 0])

    def __getitem__(self, feature: Feature) -> float:
        return float(self.block.values[feature, 0, 0])

    def regime_side(self) -> int:
        """Return the side that the regime gives, even if an earlier gate stops the candle; 0 = none."""
        sides = decide_side(
            self.block[Feature.ZSCORE][0],
            np.array([self.regime], dtype=np.int8),
            np.array([self.threshold]),
            self.block[Feature.IMBALANCE][0],
            self.settings.signal.regime,
        )
        return int(sides.side[0])

    def evaluated(self, side: int) -> Signals:
        """Return the core's own evaluation of the candle for a side, +1 or −1, with one candidate."""
        where = Where(np.array([0]), np.array([0]), np.array([float(side)]))
        regime = np.array([[self.regime]], dtype=np.int8)
        threshold = np.array([[self.threshold]])
        return evaluate(self.block, regime, threshold, self.market.values, self.coins, self.settings, where)


def trend_code(value: float) -> Trend | None:
    """Return the trend of a code, None for NaN."""
    return None if np.isnan(value) else Trend(int(value))
