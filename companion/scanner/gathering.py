"""Copies of what a pass decides on, taken in the event loop: candles, a few coins at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from companion.market.candles import FIELDS as PRICES
from companion.market.memory import MarketMemory
from companion.scanner.coin_facts import CoinFacts
from hhq.arrays import BoolArray, IntArray
from hhq.coins import BTC, ETH, CoinTable
from hhq.panel import Panel, RecordedRows

ROWS_AT_ONCE = 32
"""Coins whose candles are copied at once: takes a millisecond or two, and little memory, which the next ones reuse."""


@dataclass(frozen=True, slots=True)
class PassInputs:
    """What a pass over some rows of the market reads at the close of ``bar``, besides their candles.

    ``recorded`` rows × 1, including a row's settled funding once its candles have been copied; ``fresh`` bool (rows,): the
    coin may be decided; ``traded`` bool (rows,). ``btc`` and ``eth``: one coin each, without candles if the exchange does
    not trade it or candles are missing; ``market_lost``: the latter. ``symbols``: the exchange's spellings; ``coins``: the
    coins' table.
    """

    bar: int
    rows: IntArray
    pairs: tuple[str, ...]
    symbols: tuple[str, ...]
    recorded: RecordedRows
    fresh: BoolArray
    traded: BoolArray
    btc: Panel
    eth: Panel
    market_lost: bool
    coins: CoinTable

    def parts(self) -> Iterator[slice]:
        """Slices of the rows, each small enough to be copied at once."""
        for begin in range(0, self.rows.size, ROWS_AT_ONCE):
            yield slice(begin, begin + ROWS_AT_ONCE)


def gather(
    market: MarketMemory, bar: int, rows: IntArray, sealed: RecordedRows | None, facts: CoinFacts
) -> PassInputs:
    """Read the inputs of ``rows`` (int64, rising); ``sealed`` has a row for each coin of the market, None = n/a."""
    universe = market.universe
    coins = universe.coins
    chosen = [coins[row] for row in rows.tolist()]
    recorded = _recorded(rows, sealed)
    btc, eth = (_one(market, pair, bar) for pair in (BTC, ETH))
    return PassInputs(
        bar=bar,
        rows=rows,
        pairs=tuple(coin.pair for coin in chosen),
        symbols=tuple(coin.symbol for coin in chosen),
        recorded=recorded,
        fresh=market.decidable(bar)[rows],
        traded=np.array([universe.is_trading(row) for row in rows.tolist()], dtype=np.bool_),
        btc=_without_candles(BTC, bar) if btc is None else btc,
        eth=_without_candles(ETH, bar) if eth is None else eth,
        market_lost=any(coin is None and _is_traded(market, pair) for pair, coin in ((BTC, btc), (ETH, eth))),
        coins=facts.table(chosen),
    )


def candles_of(market: MarketMemory, inputs: PassInputs, part: slice) -> Panel:
    """Copy the candle windows of a part's coins (NaN for one that may not be decided); put their funding into ``inputs``."""
    inputs.recorded.funding_rate[part] = market.funding.panel(inputs.rows[part], inputs.bar, 1)
    panel = market.candles.panel(inputs.pairs[part], inputs.rows[part], inputs.bar)
    for name in PRICES:
        getattr(panel, name)[~inputs.fresh[part]] = np.nan
    return panel


def _recorded(rows: IntArray, sealed: RecordedRows | None) -> RecordedRows:
    if sealed is None:
        return RecordedRows.not_available(rows.size, 1)
    return RecordedRows(*(getattr(sealed, field.name)[rows] for field in fields(RecordedRows)))


def _is_traded(market: MarketMemory, pair: str) -> bool:
    row = market.universe.row(pair)
    return row is not None and market.universe.is_trading(row)


def candles_alone(market: MarketMemory, pair: str, bar: int) -> Panel:
    """The window of one pair up to ``bar``; without candles where it is not traded, or where one is missing."""
    found = _one(market, pair, bar)
    return _without_candles(pair, bar) if found is None else found


def _one(market: MarketMemory, pair: str, bar: int) -> Panel | None:
    """The candles of BTC or ETH if none is missing; a stale ticker does not matter, as the market filters read none."""
    row = market.universe.row(pair)
    if row is None or not _is_traded(market, pair) or not market.candles.whole(bar)[row]:
        return None
    return market.candles.panel((pair,), np.array([row]), bar)


def _without_candles(pair: str, bar: int) -> Panel:
    return Panel((pair,), bar, *(np.empty((1, 0)) for _ in PRICES))
