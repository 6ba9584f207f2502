"""A small market folder for the tests: random walks by seed, with a listing, a delisting and a crash."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
import pandas as pd

BASE = 300_000
DAY = 86_400_000
BEGIN = 1_740_787_200_000  # 2025-03-01T00:00Z, a Saturday
DAYS = 9
ROWS = DAYS * 288
# The candle in which ETH crashes: liquidation orders come with it.
CRASH_ROW = 1_700


@dataclass(frozen=True)
class SampleCoin:
    """Price at the start, decimals of price and volume, mean candle volume, first and last row."""

    base: str
    price: float
    price_digits: int
    volume_digits: int
    volume: float
    first: int = 0
    last: int = ROWS
    funding_hours: int = 0


COINS = (
    SampleCoin("BTC", 84_000.0, 1, 3, 150.0, funding_hours=8),
    SampleCoin("ETH", 2_200.0, 2, 3, 900.0, funding_hours=8),
    SampleCoin("SOL", 140.0, 2, 0, 3_000.0, funding_hours=4),
    SampleCoin("TINY", 0.00002, 8, 0, 40_000_000.0),
    SampleCoin("NEWX", 1.5, 4, 1, 9_000.0, first=1_728),
    SampleCoin("GONE", 0.7, 4, 0, 20_000.0, last=1_760),
)


def coin(base: str) -> SampleCoin:
    """The sample coin named `base`."""
    return next(sample for sample in COINS if sample.base == base)


def write_market(folder: Path) -> Path:
    """Write the market below `folder`; returns `folder`."""
    (folder / "futures").mkdir(parents=True)
    (folder / "book").mkdir()
    for number, sample in enumerate(COINS):
        random = np.random.default_rng([2025, number])
        candles = _candles(sample, random)
        candles.to_feather(folder / "futures" / f"{sample.base}_USDT_USDT-5m-futures.feather")
        if sample.funding_hours:
            _write_mark_and_funding(folder, sample, candles, random)
    _write_book(folder, np.random.default_rng(7))
    marker = {"kind": "sample", "seed": 11, "note": "random walks for tests"}
    (folder / "market.json").write_bytes(orjson.dumps(marker))
    return folder


def source(folder: Path, name: str) -> pd.DataFrame:
    """A file of the folder, e.g. 'BTC_USDT_USDT-5m-futures'."""
    return pd.read_feather(folder / "futures" / f"{name}.feather")


def _candles(sample: SampleCoin, random: np.random.Generator) -> pd.DataFrame:
    count = sample.last - sample.first
    steps = random.standard_normal((count, 3)) * 0.0012
    if sample.base == "ETH":
        steps[CRASH_ROW, 0] = -0.05
    close = sample.price * np.exp(np.cumsum(steps[:, 0]))
    opened = np.r_[sample.price, close[:-1]]
    high = np.maximum(opened, close) * np.exp(np.abs(steps[:, 1]) * 0.5)
    low = np.minimum(opened, close) * np.exp(-np.abs(steps[:, 2]) * 0.5)
    volume = sample.volume * random.lognormal(0.0, 0.5, count)
    volume[50] = 0.0
    prices = [np.round(column, sample.price_digits) for column in (opened, high, low, close)]
    opened, high, low, close = prices
    # The quiet candle: nothing was traded, the price stood still.
    for column in (opened, high, low):
        column[50] = close[50]
    return pd.DataFrame(
        {
            "date": _dates(BEGIN + BASE * np.arange(sample.first, sample.last)),
            "open": opened,
            "high": high,
            "low": low,
            "close": close,
            "volume": np.round(volume, sample.volume_digits),
        }
    )


def _write_mark_and_funding(
    folder: Path, sample: SampleCoin, candles: pd.DataFrame, random: np.random.Generator
) -> None:
    hours = candles.iloc[::12]
    premium = 1.0 + random.standard_normal(len(hours)) * 0.0003
    first, last = hours["open"].to_numpy() * premium, candles["close"].to_numpy()[11::12] * premium
    mark = pd.DataFrame(
        {
            "date": hours["date"].to_numpy(),
            "open": np.round(first, 8),
            "high": np.round(np.maximum(first, last) * 1.0005, 8),
            "low": np.round(np.minimum(first, last) * 0.9995, 8),
            "close": np.round(last, 8),
            "volume": 0.0,
        }
    )
    mark["date"] = _dates(BEGIN + 12 * BASE * np.arange(len(mark)))
    mark.to_feather(folder / "futures" / f"{sample.base}_USDT_USDT-1h-mark.feather")
    times = BEGIN + 3_600_000 * np.arange(0, DAYS * 24, sample.funding_hours)
    rates = np.round(random.standard_normal(len(times)) * 0.0001, 8)
    funding = pd.DataFrame({"date": _dates(times), "open": rates})
    for name in ("high", "low", "close", "volume"):
        funding[name] = 0.0
    funding.to_feather(folder / "futures" / f"{sample.base}_USDT_USDT-1h-funding_rate.feather")


def _write_book(folder: Path, random: np.random.Generator) -> None:
    book = pd.DataFrame(
        {
            "date": _dates(BEGIN + BASE * np.arange(ROWS)),
            "spread_pct": np.round(random.uniform(0.01, 0.05, ROWS), 4),
            "imbalance": np.round(random.uniform(-60.0, 60.0, ROWS), 2),
        }
    )
    book.to_feather(folder / "book" / "BTC_USDT_USDT-5m-book.feather")


def _dates(times: np.ndarray) -> pd.DatetimeIndex:
    return pd.to_datetime(times, unit="ms", utc=True)
