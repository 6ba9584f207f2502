"""All coins of a scan as columns of plain values: made once per pass, read by API, feed and page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np

from hhq.arrays import BoolArray, FloatArray, IntArray, plain
from hhq.decide import Decisions
from hhq.digest import digest_text
from hhq.exits.levels import Levels, levels_at_fill
from hhq.features.catalogue import Feature, FeatureBlock
from hhq.gates import Gate
from hhq.market.series import MarketSeries
from hhq.regime import Regime
from hhq.settings import HHQSettings
from hhq.signals import fill_market

Number: TypeAlias = float | None
"""A number, None = n/a."""
SIDES = {1: "LONG", -1: "SHORT", 0: None}


@dataclass(frozen=True, slots=True)
class CoinView:
    """One coin of a scan; None = n/a, which is not 0.

    ``gate`` and ``regime`` are the names of the core's codes. ``price`` is the close of the candle. ``score``, ``raw``,
    ``minimum``, ``leverage``, ``entry_price``, ``stop_price``, ``target_price``, ``size_factor`` and ``points`` (per layer,
    in the registry's order) are there only if the candle has a side. Rates and widths in %, funding in % per 8 h, volume in
    USDT. ``rank`` 1 = first. ``digest`` as in the strategy's column and entry tag.
    """

    pair: str
    symbol: str
    rank: int
    fresh: bool
    late: bool
    gate: str
    side: str | None
    regime: str
    price: Number
    score: Number
    raw: Number
    minimum: Number
    leverage: Number
    entry_price: Number
    stop_price: Number
    target_price: Number
    size_factor: Number
    points: tuple[Number, ...] | None
    threshold: Number
    zscore: Number
    hurst: Number
    adx: Number
    rsi: Number
    atr_pct: Number
    volume_ratio: Number
    daily_change_pct: Number
    quote_volume_24h: Number
    spread_pct: Number
    funding_rate: Number
    imbalance: Number
    imbalance_trend: Number
    basis_pct: Number
    whale_z: Number
    history: int
    digest: str | None


NAMES = tuple(field.name for field in fields(CoinView))
"""Names of the columns, in order."""
_FEATURES = {
    "price": Feature.CLOSE,
    "zscore": Feature.ZSCORE,
    "hurst": Feature.HURST,
    "adx": Feature.ADX,
    "rsi": Feature.RSI,
    "atr_pct": Feature.ATR_PCT,
    "volume_ratio": Feature.VOLUME_RATIO,
    "daily_change_pct": Feature.DAILY_CHANGE,
    "quote_volume_24h": Feature.QUOTE_VOLUME_24H,
    "spread_pct": Feature.SPREAD_PCT,
    "funding_rate": Feature.FUNDING_RATE,
    "imbalance": Feature.IMBALANCE,
    "imbalance_trend": Feature.IMBALANCE_TREND,
    "basis_pct": Feature.BASIS_PCT,
    "whale_z": Feature.WHALE_Z,
}
_SIGNALS = ("score", "raw", "minimum", "leverage", "entry_price", "size_factor")


@dataclass(frozen=True, slots=True)
class CoinColumns:
    """The coins of a scan: ``values`` maps each name of :data:`NAMES` to one entry per coin, in the scan's order."""

    values: dict[str, tuple[object, ...]]

    def __len__(self) -> int:
        return len(self.values["pair"])

    def __getitem__(self, name: str) -> tuple[object, ...]:
        return self.values[name]

    def coin(self, row: int) -> CoinView:
        """One coin."""
        return CoinView(*(self.values[name][row] for name in NAMES))  # type: ignore[arg-type]  # one tuple a field

    def sided(self) -> Iterator[CoinView]:
        """The coins whose candle has a side: a few of all."""
        return (self.coin(row) for row, side in enumerate(self.values["side"]) if side is not None)

    def __iter__(self) -> Iterator[CoinView]:
        return (CoinView(*row) for row in zip(*(self.values[name] for name in NAMES), strict=True))


def coin_columns(
    symbols: tuple[str, ...],
    block: FeatureBlock,
    market: MarketSeries,
    decisions: Decisions,
    settings: HHQSettings,
    *,
    digests: FloatArray,
    fresh: BoolArray,
    late: BoolArray,
    rank: IntArray,
) -> CoinColumns:
    """Columns of decided coins × 1 bar; ``symbols`` are the exchange's spellings, arrays have one entry per coin."""
    signals = decisions.signals
    levels = signal_levels(block, market, decisions, settings)
    values: dict[str, tuple[object, ...]] = {
        "pair": block.symbols,
        "symbol": symbols,
        "rank": tuple(rank.tolist()),
        "fresh": tuple(fresh.tolist()),
        "late": tuple(late.tolist()),
        "gate": tuple(Gate(code).name for code in decisions.gate[:, 0].tolist()),
        "side": tuple(SIDES[side] for side in decisions.side[:, 0].tolist()),
        "regime": tuple(Regime(code).name for code in decisions.regime[:, 0].tolist()),
        "threshold": numbers(decisions.threshold[:, 0]),
        "history": tuple(block.history[:, 0].tolist()),
        "digest": tuple(None if d != d else digest_text(d) for d in digests.tolist()),
        "points": _points(signals.points, signals.coin, len(symbols)),
        "stop_price": _spread(decisions, levels.stop_price),
        "target_price": _spread(decisions, levels.target_price),
    }
    values |= {name: numbers(block[feature][:, 0]) for name, feature in _FEATURES.items()}
    values |= {name: _spread(decisions, getattr(signals, name)) for name in _SIGNALS}
    return CoinColumns(values)


def signal_levels(
    block: FeatureBlock, market: MarketSeries, decisions: Decisions, settings: HHQSettings
) -> Levels:
    """Stop, target and trail of every signal if it were filled at its entry price; one entry per signal."""
    signals = decisions.signals
    features = plain(block.values[:, signals.coin, signals.bar])
    macro = market.values.at(signals.bar).macro
    return levels_at_fill(fill_market(features, macro), signals.entry_price, signals.side, settings.levels)


def numbers(values: FloatArray) -> tuple[Number, ...]:
    """Plain numbers, None for whatever is not finite."""
    if np.isfinite(values).all():
        return tuple(values.tolist())
    return tuple(
        value if ok else None for value, ok in zip(values.tolist(), np.isfinite(values), strict=True)
    )


def _spread(decisions: Decisions, values: FloatArray) -> tuple[Number, ...]:
    return numbers(decisions.spread(values)[:, 0])


def _points(points: FloatArray, coins: IntArray, count: int) -> tuple[tuple[Number, ...] | None, ...]:
    result: list[tuple[Number, ...] | None] = [None] * count
    for coin, column in zip(coins.tolist(), points.T, strict=True):
        result[coin] = numbers(column)
    return tuple(result)
