"""A Freqtrade data folder: its coins, which of them have funding, and the time it covers."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from companion.ground.errors import UsageError
from companion.ground.layout import RUN
from companion.replay.candles import BASE_INTERVAL, HOUR
from companion.replay.embedded import (
    MarketFolderError,
    MarketSpecification,
    SpecificationError,
    ensure_market,
)
from companion.replay.errors import MarketDataError
from companion.replay.folder import (
    CoinFiles,
    check_files,
    list_coins,
    read_candles,
    read_marker,
    resolve_folder,
    unread_files,
)

_EXCHANGE_INFO = re.compile(r"^exchangeInfo-(?P<day>\d{4}-\d{2}-\d{2})\.json\.gz$")


class DataFolderError(UsageError):
    """The data folder, a file in it or a pair cannot be used; the message names it."""


class NoCandlesError(DataFolderError):
    """None of the coins that were asked for has a candle in that time."""


@dataclass(frozen=True)
class DataFolder:
    """`path` holds `futures/`; `generated`: the market is generated, not recorded."""

    path: Path
    coins: tuple[CoinFiles, ...]
    generated: bool

    @property
    def pairs(self) -> tuple[str, ...]:
        """All pairs with 5m candles, in alphabetical order, as Freqtrade writes them."""
        return tuple(pair_of(files) for files in self.coins)

    @cached_property
    def funded(self) -> tuple[str, ...]:
        """Pairs with the hourly file of funding rates and a mark price file with every hour.

        Freqtrade also pays the funding of other pairs if their mark prices cover the settlements.
        """
        return tuple(
            pair_of(files)
            for files in self.coins
            if files.hourly_funding and files.mark is not None and _is_hourly(files.mark)
        )

    @cached_property
    def unread(self) -> tuple[str, ...]:
        """Names of files in `futures/` that nothing here reads."""
        return tuple(unread_files(self.path))

    def files(self, pair: str) -> CoinFiles:
        """Files of `pair`. Raises DataFolderError for a pair that the folder does not hold."""
        for files in self.coins:
            if pair_of(files) == pair:
                return files
        raise DataFolderError(f"pair {pair!r} is not in {self.path} (pairs look like {self.pairs[0]})")

    def span(self, pairs: Collection[str] | None = None) -> tuple[datetime, datetime]:
        """Open time of the first and close time of the last candle that any of the pairs has, None: of all pairs.

        Raises DataFolderError.
        """
        begins, ends = [], []
        asked = self.pairs if pairs is None else pairs
        for files in map(self.files, asked):
            try:
                time = read_candles(files.futures[BASE_INTERVAL]).time
            except MarketDataError as problem:
                raise DataFolderError(str(problem)) from problem
            if len(time):
                begins.append(int(time[0]))
                ends.append(int(time[-1]) + BASE_INTERVAL)
        if not begins:
            raise DataFolderError(f"{self.path}: no candles of {shortened(tuple(asked))}")
        return utc(min(begins)), utc(max(ends))

    def exchange_info(self, moment: datetime) -> Path | None:
        """The recorded exchangeInfo answer next to the folder, of the day nearest to `moment`, if any."""
        dated = {
            path: abs((datetime.fromisoformat(match["day"]).replace(tzinfo=UTC) - moment).total_seconds())
            for path in sorted((self.path.parent / "exchange").glob("exchangeInfo-*.json.gz"))
            if (match := _EXCHANGE_INFO.match(path.name))
        }
        return min(dated, key=dated.__getitem__) if dated else None


def open_folder(path: Path) -> DataFolder:
    """Open a data folder, checking the footer of every file.

    Raises DataFolderError naming the folder or the file that is missing or damaged.
    """
    try:
        folder = resolve_folder(path)
        coins = tuple(list_coins(folder))
        for files in coins:
            check_files(files)
        return DataFolder(folder, coins, read_marker(folder).kind == "embedded")
    except MarketDataError as problem:
        raise DataFolderError(str(problem)) from problem


def embedded_folder(coins: int, days: int = 30, seed: int = 1, parent: Path = RUN) -> DataFolder:
    """The generated demonstration market, written on first use. Raises UsageError."""
    try:
        specification = MarketSpecification(coins=coins, days=days, seed=seed)
        return open_folder(ensure_market(parent / f"market-{coins}x{days}-seed{seed}", specification))
    except (SpecificationError, MarketFolderError) as problem:
        raise UsageError(str(problem)) from problem


def _is_hourly(mark: Path) -> bool:
    """Whether no hour is missing: some downloads hold only the hours at which funding was settled."""
    try:
        time = read_candles(mark).time
    except MarketDataError as problem:
        raise DataFolderError(str(problem)) from problem
    return len(time) > 1 and int(time[-1] - time[0]) == (len(time) - 1) * HOUR


def shortened(names: Sequence[str], most: int = 8) -> str:
    """The first names and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def pair_of(files: CoinFiles) -> str:
    """Freqtrade's name for the contract, e.g. BTC/USDT:USDT."""
    return f"{files.base}/{files.quote}:{files.quote}"


def utc(milliseconds: int) -> datetime:
    """Milliseconds since 1970 as a time in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
