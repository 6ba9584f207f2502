"""Copies of what a pass decides on, taken in the event loop in pieces that do not hold it up."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, fields

import numpy as np

from companion.market.candles import FIELDS as PRICES
from companion.market.memory import MarketMemory
from companion.scanner.coin_facts import CoinFacts
from hhq.arrays import BoolArray, FloatArray, IntArray
from hhq.coins import BTC, ETH, CoinTable
from hhq.panel import Panel, RecordedRows

_ROWS_AT_ONCE = 32
"""Rows that are copied before the event loop gets its turn: less than a millisecond."""


@dataclass(frozen=True, slots=True)
class PassInputs:
    """Copies of some rows of the market at the close of ``bar``; the arrays are the pass's own until the next one.

    ``panel`` rows × window; ``recorded`` rows × 1 with the settled funding; ``fresh`` bool (rows,): the coin may be
    decided; ``traded`` bool (rows,). ``btc`` and ``eth`` one coin each, without candles where the exchange does not trade
    it or its candles are not whole; ``market_lost``: the latter. ``symbols``: the exchange's spellings of the panel's
    coins; ``coins`` their table.
    """

    bar: int
    rows: IntArray
    symbols: tuple[str, ...]
    panel: Panel
    recorded: RecordedRows
    fresh: BoolArray
    traded: BoolArray
    btc: Panel
    eth: Panel
    market_lost: bool
    coins: CoinTable


class Copies:
    """Room for the candles of a whole pass, kept from one to the next: fresh memory costs more than the copy."""

    def __init__(self) -> None:
        self._room = np.empty((len(PRICES), 0, 0))

    def room(self, rows: int, bars: int) -> FloatArray:
        """Return float64 (prices, rows, bars) without content; contiguous along the last two axes."""
        if self._room.shape[2] != bars or self._room.shape[1] < rows:
            self._room = np.empty((len(PRICES), rows, bars))
        return self._room[:, :rows]


async def gather(
    market: MarketMemory,
    bar: int,
    rows: IntArray,
    sealed: RecordedRows | None,
    facts: CoinFacts,
    copies: Copies,
) -> PassInputs:
    """Copy ``rows`` (int64, rising) of the market; ``sealed`` has a row for each coin of the market, None = n/a."""
    universe = market.universe
    coins = universe.coins
    chosen = [coins[row] for row in rows.tolist()]
    pairs = tuple(coin.pair for coin in chosen)
    recorded = _recorded(rows, sealed)
    fresh = market.decidable(bar)[rows]
    btc, eth = (_one(market, pair, bar) for pair in (BTC, ETH))
    prices = copies.room(rows.size, market.candles.window)
    for begin in range(0, rows.size, _ROWS_AT_ONCE):
        await asyncio.sleep(0)
        part = slice(begin, begin + _ROWS_AT_ONCE)
        piece = market.candles.panel(pairs[part], rows[part], bar)
        for place, name in enumerate(PRICES):
            prices[place, part] = getattr(piece, name)
        recorded.funding_rate[part] = market.funding.panel(rows[part], bar, 1)
    return PassInputs(
        bar=bar,
        rows=rows,
        symbols=tuple(coin.symbol for coin in chosen),
        panel=Panel(pairs, bar - market.candles.window + 1, *prices),
        recorded=recorded,
        fresh=fresh,
        traded=np.array([universe.is_trading(row) for row in rows.tolist()], dtype=np.bool_),
        btc=_without_candles(BTC, bar) if btc is None else btc,
        eth=_without_candles(ETH, bar) if eth is None else eth,
        market_lost=any(coin is None and _is_traded(market, pair) for pair, coin in ((BTC, btc), (ETH, eth))),
        coins=facts.table(chosen),
    )


def _recorded(rows: IntArray, sealed: RecordedRows | None) -> RecordedRows:
    if sealed is None:
        return RecordedRows.not_available(rows.size, 1)
    return RecordedRows(*(getattr(sealed, field.name)[rows] for field in fields(RecordedRows)))


def _is_traded(market: MarketMemory, pair: str) -> bool:
    row = market.universe.row(pair)
    return row is not None and market.universe.is_trading(row)


def _one(market: MarketMemory, pair: str, bar: int) -> Panel | None:
    """The whole candles of BTC or ETH: the market filters read no ticker, so a stale one does not matter to them."""
    row = market.universe.row(pair)
    if row is None or not _is_traded(market, pair) or not market.candles.whole(bar)[row]:
        return None
    return market.candles.panel((pair,), np.array([row]), bar)


def _without_candles(pair: str, bar: int) -> Panel:
    return Panel((pair,), bar, *(np.empty((1, 0)) for _ in PRICES))
