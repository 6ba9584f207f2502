"""A generated market whose candles can be rewritten from a moment on: what comes before stays bit for bit."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from companion.replay.embedded import MarketSpecification
from companion.replay.embedded.noise import FloatArray, IntArray
from companion.replay.embedded.specification import CANDLE_MS, HOUR_MS

SPECIFICATION = MarketSpecification(coins=12, days=11, seed=3)
WARM_UP_DAYS = 6
"""1,728 candles before the first that may trade."""
_PRICES = ("open", "high", "low", "close")
_COPIED = ("exchangeInfo.json", "regimes.json")


@dataclass(frozen=True, slots=True)
class Bars:
    """Scripted candles as multiples of the close before the first of them: float64 arrays (n,)."""

    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray

    def __len__(self) -> int:
        return len(self.close)


class Tape:
    """Candles and funding of one scenario. Moments are open times of candles, ms since 1970 UTC."""

    def __init__(self, base: Path) -> None:
        self._base = base
        self.candles: dict[str, pd.DataFrame] = {}
        self._mark: dict[str, pd.DataFrame] = {}
        self._funding: dict[str, pd.DataFrame] = {}
        self._end = SPECIFICATION.start_ms + SPECIFICATION.candles * CANDLE_MS
        for pair in json.loads((base / "regimes.json").read_text(encoding="utf-8"))["coins"]:
            frame = pd.read_feather(_file(base, pair, "5m-futures"))
            if len(frame) == SPECIFICATION.candles:
                self.candles[pair] = frame
                self._mark[pair] = pd.read_feather(_file(base, pair, "1h-mark"))
                self._funding[pair] = pd.read_feather(_file(base, pair, "1h-funding_rate"))

    @property
    def pairs(self) -> tuple[str, ...]:
        """Pairs that trade from the first to the last day, BTC and ETH first."""
        return tuple(self.candles)

    def close_before(self, pair: str, at: int) -> float:
        """Last close before a moment."""
        times = _times(self.candles[pair])
        return float(self.candles[pair]["close"].to_numpy()[np.searchsorted(times, at) - 1])

    def script(self, pair: str, at: int, bars: Bars) -> None:
        """Replace the candles from ``at`` on; what follows them goes on from the level at which they end."""
        frame = self.candles[pair].copy()
        first = int(np.searchsorted(_times(frame), at))
        last = min(first + len(bars), len(frame))
        before = float(frame["close"].to_numpy()[first - 1])
        prices = {name: frame[name].to_numpy(dtype=np.float64, copy=True) for name in _PRICES}
        level = before * float(bars.close[last - first - 1]) / prices["close"][last - 1]
        tick = _tick(prices["close"])
        for name in _PRICES:
            prices[name][first:last] = before * getattr(bars, name)[: last - first]
            prices[name][last:] *= level
            prices[name][first:] = np.maximum(np.rint(prices[name][first:] / tick), 1.0) * tick
            prices[name][first:] = np.round(prices[name][first:], 12)
        prices["high"] = np.maximum.reduce([prices[name] for name in _PRICES])
        prices["low"] = np.minimum.reduce([prices[name] for name in _PRICES])
        self.candles[pair] = frame.assign(**prices)

    def scale_volume(self, pair: str, at: int, count: int, factor: float) -> None:
        """Multiply the volume of ``count`` candles from ``at`` on."""
        frame = self.candles[pair].copy()
        volume = frame["volume"].to_numpy(dtype=np.float64, copy=True)
        first = int(np.searchsorted(_times(frame), at))
        volume[first : first + count] *= factor
        self.candles[pair] = frame.assign(volume=volume)

    def remove(self, pair: str, at: int, count: int | None = None) -> None:
        """Take candles out: ``count`` of them from ``at`` on, or all (the contract is delisted)."""
        frame = self.candles[pair]
        times = _times(frame)
        end = self._end if count is None else at + count * CANDLE_MS
        self.candles[pair] = frame[(times < at) | (times >= end)].reset_index(drop=True)
        if count is None:
            self._mark[pair] = self._mark[pair][_times(self._mark[pair]) < at].reset_index(drop=True)
            self._funding[pair] = self._funding[pair][_times(self._funding[pair]) < at].reset_index(drop=True)

    def set_funding(self, pair: str, at: int, hours: int, rate: float) -> None:
        """Settle funding at ``rate`` every hour for ``hours`` from ``at`` on."""
        frame = self._funding[pair]
        times = _times(frame)
        first = -(-at // HOUR_MS) * HOUR_MS
        hourly = first + HOUR_MS * np.arange(hours, dtype=np.int64)
        kept = frame[(times < first) | (times > hourly[-1])]
        rows = pd.DataFrame({name: np.zeros(hours) for name in frame.columns if name != "date"})
        rows["open"] = rate
        dates = pd.Series(pd.DatetimeIndex(hourly.astype("datetime64[ms]")).tz_localize("UTC"))
        rows.insert(0, "date", dates.astype(frame["date"].dtype))
        self._funding[pair] = pd.concat([kept, rows]).sort_values("date").reset_index(drop=True)

    def write(self, folder: Path) -> Path:
        """Write the Freqtrade data folder of the tape; an older one in its place is removed."""
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "futures").mkdir(parents=True)
        for name in _COPIED:
            shutil.copy(self._base / name, folder / name)
        for pair, frame in self.candles.items():
            mark = _mark_of(frame, self._mark[pair])
            _write(frame, _file(folder, pair, "5m-futures"))
            _write(mark, _file(folder, pair, "1h-mark"))
            _write(self._funding[pair], _file(folder, pair, "1h-funding_rate"))
        return folder


def _mark_of(candles: pd.DataFrame, mark: pd.DataFrame) -> pd.DataFrame:
    """Hourly mark prices that follow the candles; an hour without candles keeps its own."""
    hours = _times(candles) // HOUR_MS * HOUR_MS
    grouped = candles.groupby(hours)
    own = pd.DataFrame({"open": grouped["open"].first(), "high": grouped["high"].max(),
                        "low": grouped["low"].min(), "close": grouped["close"].last()})  # fmt: skip
    rows = own.reindex(_times(mark))
    known = rows["open"].notna().to_numpy()
    columns = {
        name: np.where(known, rows[name].to_numpy(), mark[name].to_numpy(dtype=np.float64))
        for name in _PRICES
    }
    return mark.assign(**columns)


def _times(frame: pd.DataFrame) -> IntArray:
    times: IntArray = frame["date"].dt.tz_localize(None).to_numpy(dtype="datetime64[ms]").astype(np.int64)
    return times


def _tick(close: FloatArray) -> float:
    """The coarsest power of ten that all closes are whole multiples of."""
    for digits in range(13):
        if np.allclose(close * 10.0**digits, np.rint(close * 10.0**digits), rtol=0.0, atol=1e-6):
            return float(10.0**-digits)
    return 1e-12


def _file(folder: Path, pair: str, kind: str) -> Path:
    return folder / "futures" / f"{pair.split('/')[0]}_USDT_USDT-{kind}.feather"


def _write(frame: pd.DataFrame, path: Path) -> None:
    frame.to_feather(path, compression="lz4", compression_level=9)
