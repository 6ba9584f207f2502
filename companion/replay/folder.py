"""Reading a Freqtrade data folder of feather files, without pandas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
from pyarrow import feather, ipc

from companion.replay.candles import INTERVALS, Candles, FloatArray, IntArray
from companion.replay.errors import MarketDataError

_FILE_NAME = re.compile(
    r"^(?P<base>[^_-]+)_(?P<quote>[A-Z0-9]+)_(?P<settle>[A-Z0-9]+)"
    r"-(?P<interval>[0-9]+[a-zA-Z])-(?P<kind>futures|mark|funding_rate|book)\.feather$"
)
EXCHANGE_FOLDER = "binance"
"""Freqtrade's name of the folder for the exchange, inside the one for all data."""
_PRICE_COLUMNS = ("open", "high", "low", "close", "volume")


@dataclass(frozen=True, slots=True)
class CoinFiles:
    """The files of one contract: paths by kind, futures candles by interval in milliseconds.

    ``funding``: the hourly file if there is one, as Freqtrade reads it; ``hourly_funding`` says whether there is.
    """

    base: str
    quote: str
    futures: dict[int, Path]
    mark: Path | None
    funding: Path | None
    book: Path | None
    hourly_funding: bool = False

    @property
    def symbol(self) -> str:
        """The exchange's name, e.g. BTCUSDT."""
        return self.base + self.quote


@dataclass(frozen=True, slots=True)
class FundingRows:
    """Recorded funding: settlement times (ms) and rates (fraction of the notional)."""

    time: IntArray
    rate: FloatArray


@dataclass(frozen=True, slots=True)
class BookRows:
    """Order book at each candle's close: open time of the candle, spread %, imbalance -100..100."""

    time: IntArray
    spread_pct: FloatArray
    imbalance: FloatArray


@dataclass(frozen=True, slots=True)
class Marker:
    """What market.json says about the folder's origin."""

    kind: str
    note: str
    seed: int | None


def resolve_folder(path: Path) -> Path:
    """The folder that holds `futures/`: `path` itself, or its sub-folder for the exchange.

    Raises MarketDataError when there is none.
    """
    if not path.is_dir():
        raise MarketDataError(f"data folder not found: {path}")
    for folder in (path, path / EXCHANGE_FOLDER):
        if (folder / "futures").is_dir():
            return folder
    raise MarketDataError(f"no folder 'futures' (or 'binance/futures') in {path}")


def list_coins(folder: Path) -> list[CoinFiles]:
    """All USDT-margined contracts of `folder` that have 5m candles, in alphabetical order.

    Names may be in any script, as the exchange's are.
    """
    found: dict[str, CoinFiles] = {}
    # Books lie apart: Freqtrade refuses a `futures` folder with a candle type that it does not know.
    books = folder / "book"
    paths = [*(folder / "futures").iterdir(), *(books.iterdir() if books.is_dir() else ())]
    for path in sorted(paths, key=lambda path: path.name):
        match = _parts(path.name)
        if match is None:
            continue
        files = found.setdefault(
            match["base"], CoinFiles(match["base"], match["quote"], {}, None, None, None)
        )
        found[match["base"]] = _with_file(files, match["interval"], match["kind"], path)
    coins = [files for files in found.values() if INTERVALS["5m"] in files.futures]
    if not coins:
        raise MarketDataError(f"no 5m candles (*_USDT_USDT-5m-futures.feather) in {folder}/futures")
    return coins


def _parts(name: str) -> re.Match[str] | None:
    """The parts of a file's name; None for a file that is not read."""
    match = _FILE_NAME.match(name)
    return match if match is not None and match["settle"] == match["quote"] == "USDT" else None


def unread_files(folder: Path) -> list[str]:
    """Names of the files in `futures/` that :func:`list_coins` skips, and of funding files that another supersedes.

    Contracts that settle in another coin, candle types that are not read, formats other than feather.
    """
    names = sorted(path.name for path in (folder / "futures").iterdir() if path.is_file())
    used = {path.name for files in list_coins(folder) for path in _paths(files)}
    return [name for name in names if name not in used]


def _paths(files: CoinFiles) -> list[Path]:
    return [
        path for path in (*files.futures.values(), files.mark, files.funding, files.book) if path is not None
    ]


def _with_file(files: CoinFiles, interval: str, kind: str, path: Path) -> CoinFiles:
    futures, mark, funding, book = files.futures, files.mark, files.funding, files.book
    hourly = files.hourly_funding
    if kind == "futures" and interval in INTERVALS:
        futures = {**futures, INTERVALS[interval]: path}
    elif kind == "mark" and interval == "1h":
        mark = path
    elif kind == "funding_rate" and (interval == "1h" or not hourly):
        funding, hourly = path, interval == "1h"
    elif kind == "book" and interval == "5m":
        book = path
    return CoinFiles(files.base, files.quote, futures, mark, funding, book, hourly)


def check_files(files: CoinFiles) -> None:
    """Read every file's footer, so that a truncated one is named at the start and not hours later."""
    for path in _paths(files):
        try:
            with pa.OSFile(str(path), "rb") as source:
                ipc.open_file(source)
        except (OSError, pa.ArrowInvalid) as problem:
            raise _unreadable(path, problem) from problem


def read_candles(path: Path) -> Candles:
    """Candles of one file, sorted by time. Raises MarketDataError naming the file."""
    times, prices = _read(path, _PRICE_COLUMNS)
    if len(times) > 1 and not bool(np.all(np.diff(times) > 0)):
        raise MarketDataError(f"{path}: the dates are not rising")
    if not all(bool(np.isfinite(column).all()) for column in prices):
        raise MarketDataError(f"{path}: a price or volume is missing or not finite")
    opened, high, low, close, volume = prices
    return Candles(times, opened, high, low, close, volume)


def read_funding(path: Path) -> FundingRows:
    """Funding rates: in the column `funding_rate`, in older files in `open`."""
    time, (rate,) = _read(path, (_funding_column(path),))
    return FundingRows(time, rate)


def _funding_column(path: Path) -> str:
    try:
        with pa.OSFile(str(path), "rb") as source:
            names = ipc.open_file(source).schema.names
    except (OSError, pa.ArrowInvalid) as problem:
        raise _unreadable(path, problem) from problem
    return "funding_rate" if "funding_rate" in names else "open"


def read_book(path: Path) -> BookRows:
    """Spread and imbalance at each 5m candle's close."""
    time, (spread, imbalance) = _read(path, ("spread_pct", "imbalance"))
    return BookRows(time, spread, imbalance)


def read_marker(folder: Path) -> Marker:
    """market.json of the folder; without one the folder holds recorded candles."""
    path = folder / "market.json"
    if not path.is_file():
        return Marker("recorded", "recorded candles", None)
    try:
        content = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as problem:
        raise MarketDataError(f"{path}: not valid JSON ({problem})") from problem
    if not isinstance(content, dict):
        raise MarketDataError(f"{path}: a JSON object is expected")
    seed = content.get("seed")
    return Marker(
        str(content.get("kind", "recorded")),
        str(content.get("note", "")),
        seed if isinstance(seed, int) else None,
    )


def _read(path: Path, columns: tuple[str, ...]) -> tuple[IntArray, list[FloatArray]]:
    try:
        table = feather.read_table(path, memory_map=False)
    except (OSError, pa.ArrowInvalid) as problem:
        raise _unreadable(path, problem) from problem
    missing = {"date", *columns} - set(table.column_names)
    if missing:
        raise MarketDataError(f"{path}: column {sorted(missing)[0]!r} is missing")
    date = table.column("date")
    if not pa.types.is_timestamp(date.type):
        raise MarketDataError(f"{path}: column 'date' holds {date.type}, not times")
    time = date.cast(pa.timestamp("ms", date.type.tz), safe=False).cast(pa.int64()).to_numpy()
    values = [table.column(name).cast(pa.float64()).to_numpy() for name in columns]
    return np.ascontiguousarray(time), values


def _unreadable(path: Path, problem: Exception) -> MarketDataError:
    reason = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
    return MarketDataError(f"{path}: not a readable feather file ({reason})")
