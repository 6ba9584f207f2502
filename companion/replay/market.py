"""The market on the tape: contracts with their candles, mark prices, funding and book, in served time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from companion.replay.candles import BASE_INTERVAL, HOUR, Candles
from companion.replay.decimals import mostly
from companion.replay.folder import (
    EXCHANGE_FOLDER,
    BookRows,
    CoinFiles,
    FundingRows,
    Marker,
    check_files,
    list_coins,
    read_book,
    read_candles,
    read_funding,
    read_marker,
    resolve_folder,
)
from companion.replay.rules import (
    JsonObject,
    SymbolRules,
    derived_rules,
    perpetual_rules,
    read_exchange_info,
)

# A series that ends this much earlier than the others was delisted; less is the recorder's ragged edge.
DELISTING_MARGIN = HOUR


@dataclass(frozen=True)
class Coin:
    """One contract. `candles` (5m) is in served time; the other series are read on first use."""

    files: CoinFiles
    rules: SymbolRules
    candles: Candles
    offset: int = 0

    @property
    def symbol(self) -> str:
        """The exchange's name, e.g. BTCUSDT."""
        return self.files.symbol

    @property
    def begin(self) -> int:
        """Open time of the first 5m candle (ms)."""
        return int(self.candles.time[0])

    @property
    def end(self) -> int:
        """Close of the last 5m candle (ms)."""
        return int(self.candles.time[-1]) + BASE_INTERVAL

    def earlier(self, interval: int) -> Candles | None:
        """The folder's own candles of `interval`, if they lie on the served clock's grid."""
        path = self.files.futures.get(interval)
        if path is None or self.offset % interval:
            return None
        return self._own[interval]

    @cached_property
    def _own(self) -> dict[int, Candles]:
        return {
            interval: read_candles(path).shifted(self.offset)
            for interval, path in self.files.futures.items()
            if interval != BASE_INTERVAL and self.offset % interval == 0
        }

    @cached_property
    def mark(self) -> Candles | None:
        """1h mark candles, if recorded and on the served clock's grid."""
        if self.files.mark is None or self.offset % HOUR:
            return None
        return read_candles(self.files.mark).shifted(self.offset)

    @cached_property
    def funding(self) -> FundingRows | None:
        """Recorded funding rates."""
        if self.files.funding is None:
            return None
        rows = read_funding(self.files.funding)
        return replace(rows, time=rows.time + self.offset)

    @cached_property
    def book(self) -> BookRows | None:
        """Recorded spreads and imbalances."""
        if self.files.book is None:
            return None
        rows = read_book(self.files.book)
        return replace(rows, time=rows.time + self.offset)


@dataclass(frozen=True)
class Market:
    """All contracts of a data folder, `offset` ms later than they were recorded."""

    folder: Path
    marker: Marker
    coins: dict[str, Coin]
    offset: int = 0
    exchange_info: JsonObject = field(default_factory=dict)

    @cached_property
    def name(self) -> str:
        """Name of the data folder: below a folder `binance` that only says the exchange, that of the one above."""
        folder = self.folder.resolve()
        return folder.parent.name if folder.name == EXCHANGE_FOLDER else folder.name

    @cached_property
    def begin(self) -> int:
        """Open time of the earliest 5m candle (ms)."""
        return min(coin.begin for coin in self.coins.values())

    @cached_property
    def end(self) -> int:
        """End of the tape: close of the latest 5m candle (ms)."""
        return max(coin.end for coin in self.coins.values())

    def at_offset(self, offset: int) -> Market:
        """The same market `offset` ms later than recorded. Offsets are whole 5m candles."""
        if offset % BASE_INTERVAL:
            raise ValueError(f"offset {offset} is not a whole number of 5m candles")
        step = offset - self.offset
        coins = {
            symbol: replace(coin, candles=coin.candles.shifted(step), offset=offset)
            for symbol, coin in self.coins.items()
        }
        return replace(self, coins=coins, offset=offset)

    def delisted(self, coin: Coin) -> bool:
        """Whether the coin's candles end clearly before the tape does."""
        return coin.end < self.end - DELISTING_MARGIN


def load_market(path: Path, exchange_info: Path | None = None) -> Market:
    """Read a data folder in recorded time (offset 0).

    Rules come from `exchange_info`, else from the folder's exchangeInfo.json, else from the candles.
    Raises MarketDataError naming the folder or file that cannot be used.
    """
    folder = resolve_folder(path)
    info_path = exchange_info
    if info_path is None and (folder / "exchangeInfo.json").is_file():
        info_path = folder / "exchangeInfo.json"
    content = read_exchange_info(info_path) if info_path is not None else {}
    recorded = perpetual_rules(content)
    coins: dict[str, Coin] = {}
    for files in list_coins(folder):
        check_files(files)
        candles = read_candles(files.futures[BASE_INTERVAL])
        if len(candles) == 0:
            continue
        rules = recorded.get(files.symbol)
        if rules is None or not _fits(rules, candles):
            rules = derived_rules(files.base, files.quote, candles, rules)
        coins[files.symbol] = Coin(files, rules, candles)
    return Market(folder, read_marker(folder), coins, 0, content)


def _fits(rules: SymbolRules, candles: Candles) -> bool:
    """Whether the candles' closes lie on the rules' tick grid (ticks change over the years), but for a few strays."""
    ticks = candles.close / rules.tick
    return mostly(np.abs(ticks - np.rint(ticks)) < 1e-4 * np.maximum(1.0, ticks * 1e-6))
