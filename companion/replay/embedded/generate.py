"""The market as a stream of coins, each drawn from its own random stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from companion.replay.candles import Candles
from companion.replay.embedded.book import Book, draw_book
from companion.replay.embedded.candles import draw_candles, mark_candles
from companion.replay.embedded.factors import Background, Factor, draw_background
from companion.replay.embedded.funding import Funding, draw_funding
from companion.replay.embedded.price_path import PricePath, draw_path
from companion.replay.embedded.regimes import Regime
from companion.replay.embedded.specification import MarketSpecification
from companion.replay.embedded.traits import Traits, draw_traits

_BTC, _ETH = 0, 1


@dataclass(frozen=True, slots=True)
class Coin:
    """All series of one coin, from its listing to its delisting or the end."""

    traits: Traits
    regimes: list[Regime]
    candles: Candles
    mark: Candles
    funding: Funding
    book: Book


def generate(specification: MarketSpecification) -> Iterator[Coin]:
    """The coins in order, BTC and ETH first. Coin n is the same whatever the number of coins."""
    background = draw_background(_stream(specification, 0), specification)
    factors: list[Factor] = []
    for index in range(specification.coins):
        coin, own = _coin(specification, index, background, factors)
        if index in (_BTC, _ETH):
            factors.append(own)
        yield coin


def _stream(specification: MarketSpecification, *key: int) -> np.random.Generator:
    """The random stream `key` of the seed: independent of all others, and of how many there are."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(specification.seed, spawn_key=key)))


def _coin(
    specification: MarketSpecification, index: int, background: Background, factors: list[Factor]
) -> tuple[Coin, Factor]:
    """Coin number `index` and the part of its moves that is its own."""
    traits = draw_traits(_stream(specification, 1, index, 0), index, specification)
    loadings = (traits.beta_btc, traits.beta_eth)
    path = draw_path(
        _stream(specification, 1, index, 1),
        traits,
        background,
        tuple(zip(loadings, factors, strict=False)),
    )
    rng = _stream(specification, 1, index, 2)
    candles = draw_candles(rng, traits, path, background.activity, specification.start_ms)
    book = draw_book(_stream(specification, 1, index, 3), traits, path, candles)
    life = slice(traits.first, traits.last)
    candles, book = candles.rows(traits.first, traits.last), Book(book.spread_pct[life], book.imbalance[life])
    coin = Coin(
        traits=traits,
        regimes=_cut_regimes(path, traits),
        candles=candles,
        mark=mark_candles(_stream(specification, 1, index, 4), traits, candles),
        funding=draw_funding(_stream(specification, 1, index, 5), traits, candles),
        book=book,
    )
    return coin, path.own


def _cut_regimes(path: PricePath, traits: Traits) -> list[Regime]:
    """Regimes counted from the coin's first candle, cut to its life."""
    return [
        Regime(
            regime.name,
            max(regime.first, traits.first) - traits.first,
            min(regime.last, traits.last) - traits.first,
        )
        for regime in path.regimes
        if regime.last > traits.first and regime.first < traits.last
    ]
