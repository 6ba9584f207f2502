"""A generated market as a Freqtrade data folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from companion.replay.candles import Candles
from companion.replay.embedded.errors import EmbeddedMarketError
from companion.replay.embedded.exchange_info import exchange_info
from companion.replay.embedded.generate import Coin, generate
from companion.replay.embedded.noise import FloatArray, IntArray
from companion.replay.embedded.specification import GENERATOR_VERSION, MarketSpecification
from companion.replay.rules import Json

NOTE = "generated for demonstration and tests; not a real market"
MARKER = "market.json"
# Next to `futures`, not in it: Freqtrade fails on a candle type that it does not know.
BOOKS = "book"
# Marks a folder that is still being written: the files next to it are ours to overwrite.
UNFINISHED = "market.unfinished.json"


class MarketFolderError(EmbeddedMarketError):
    """The folder cannot take a generated market; the message names it."""


def ensure_market(folder: Path, specification: MarketSpecification) -> Path:
    """Write the market of `specification` to `folder`, unless it is there already, complete; returns `folder`.

    A folder with another generated market is overwritten; one with anything else is refused with
    MarketFolderError. `market.json` is written last: where it exists, the market is complete.
    """
    described = describe(specification)
    if _claim(folder) == described:
        return folder
    _clear(folder)
    _write_json(folder / UNFINISHED, described)
    futures = folder / "futures"
    futures.mkdir(exist_ok=True)
    books = folder / BOOKS
    books.mkdir(exist_ok=True)
    listed, regimes = [], {}
    for coin in generate(specification):
        _write_coin(futures, coin)
        _write_book(books, coin)
        listed.append((coin.traits, int(coin.candles.time[0])))
        regimes[coin.traits.pair] = _regimes(coin)
    _write_json(folder / "exchangeInfo.json", exchange_info(specification, listed))
    _write_json(folder / "regimes.json", {"note": NOTE, "coins": regimes})
    _write_json(folder / MARKER, described)
    (folder / UNFINISHED).unlink()
    return folder


def describe(specification: MarketSpecification) -> dict[str, Json]:
    """Content of market.json: what the folder holds and that it is not real."""
    end = specification.start + timedelta(days=specification.days)
    return {
        "kind": "embedded",
        "seed": specification.seed,
        "version": GENERATOR_VERSION,
        "coins": specification.coins,
        "days": specification.days,
        "start": specification.start.isoformat(),
        "end": end.isoformat(),
        "note": NOTE,
    }


def _claim(folder: Path) -> Mapping[str, Json]:
    """What market.json says; {} if the folder is empty, new or ours and unfinished."""
    if folder.exists() and not folder.is_dir():
        raise MarketFolderError(f"{folder} is not a folder")
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / UNFINISHED).is_file() or not any(path.is_file() for path in folder.rglob("*")):
        return {}
    try:
        content = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except FileNotFoundError:
        content = None
    except (OSError, ValueError) as problem:
        raise MarketFolderError(f"{folder / MARKER} cannot be read: {problem}") from problem
    if not isinstance(content, dict) or content.get("kind") != "embedded":
        raise MarketFolderError(f"{folder} holds no generated market: choose a new or empty folder")
    return content


def _clear(folder: Path) -> None:
    """Remove the files of an earlier market: a smaller one must not keep coins of a larger one."""
    (folder / MARKER).unlink(missing_ok=True)
    for path in folder.glob("*/*_USDT_USDT-*.feather"):
        path.unlink()


def _write_coin(futures: Path, coin: Coin) -> None:
    stem = coin.traits.file_stem
    _write_frame(futures / f"{stem}-5m-futures.feather", _candle_columns(coin.candles))
    _write_frame(futures / f"{stem}-1h-mark.feather", _candle_columns(coin.mark))
    nothing = np.zeros(len(coin.funding.time))
    _write_frame(
        futures / f"{stem}-1h-funding_rate.feather",
        _candle_columns(Candles(coin.funding.time, coin.funding.rate, nothing, nothing, nothing, nothing)),
    )


def _write_book(books: Path, coin: Coin) -> None:
    _write_frame(
        books / f"{coin.traits.file_stem}-5m-book.feather",
        {
            "date": _dates(coin.candles.time),
            "spread_pct": coin.book.spread_pct,
            "imbalance": coin.book.imbalance,
        },
    )


def _candle_columns(candles: Candles) -> dict[str, pd.DatetimeIndex | FloatArray]:
    return {
        "date": _dates(candles.time),
        "open": candles.open,
        "high": candles.high,
        "low": candles.low,
        "close": candles.close,
        "volume": candles.volume,
    }


def _dates(time: IntArray) -> pd.DatetimeIndex:
    """Milliseconds, UTC: the type that Freqtrade's feather files have."""
    return pd.DatetimeIndex(time.astype("datetime64[ms]")).tz_localize("UTC")


def _write_frame(path: Path, columns: dict[str, pd.DatetimeIndex | FloatArray]) -> None:
    """Written as Freqtrade's own feather handler does it."""
    pd.DataFrame(columns).to_feather(path, compression="lz4", compression_level=9)


def _regimes(coin: Coin) -> Json:
    traits = coin.traits
    return {
        "beta_btc": round(traits.beta_btc, 6),
        "beta_eth": round(traits.beta_eth, 6),
        "own_share_of_variance": round(min(1.0, (traits.own_volatility / traits.volatility) ** 2), 6),
        "regimes": [
            {
                "regime": regime.name,
                "hurst": regime.hurst,
                "first_candle": regime.first,
                "end_candle": regime.last,
                "start": _iso(int(coin.candles.time[regime.first])),
            }
            for regime in coin.regimes
        ],
    }


def _iso(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms / 1000, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _write_json(path: Path, content: Mapping[str, Json]) -> None:
    """All or nothing: written to a temporary file, then renamed."""
    draft = path.with_name(path.name + ".part")
    draft.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    draft.replace(path)
