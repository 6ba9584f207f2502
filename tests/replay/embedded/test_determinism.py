from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.replay.embedded.generate import Coin, generate
from companion.replay.embedded.specification import (
    GENERATOR_VERSION,
    MarketSpecification,
    SpecificationError,
)

PINNED = MarketSpecification(coins=12, days=5, seed=7)
# The demo's start and its first entry are chosen for these numbers: a change needs a new GENERATOR_VERSION.
PINNED_DIGEST = {1: ""}


def digest(coin: Coin) -> str:
    parts = [coin.traits.base, str(coin.traits.price_digits), str(coin.traits.quantity_digits)]
    content = hashlib.sha256("|".join(parts).encode())
    for series in (coin.candles, coin.mark):
        for column in (series.time, series.open, series.high, series.low, series.close, series.volume):
            content.update(np.ascontiguousarray(column).tobytes())
    for column in (coin.funding.time, coin.funding.rate, coin.book.spread_pct, coin.book.imbalance):
        content.update(np.ascontiguousarray(column).tobytes())
    content.update(repr([(regime.name, regime.first, regime.last) for regime in coin.regimes]).encode())
    return content.hexdigest()


def digests(specification: MarketSpecification) -> list[str]:
    return [digest(coin) for coin in generate(specification)]


def total(specification: MarketSpecification) -> str:
    return hashlib.sha256("".join(digests(specification)).encode()).hexdigest()


def test_the_same_seed_gives_the_same_arrays() -> None:
    specification = MarketSpecification(coins=6, days=4, seed=3)
    assert digests(specification) == digests(specification)


def test_the_market_is_the_one_it_has_always_been() -> None:
    assert total(PINNED) == PINNED_DIGEST[GENERATOR_VERSION]


def test_another_process_gives_the_same_arrays() -> None:
    program = (
        "from tests.replay.embedded.test_determinism import PINNED, total\n"
        "import sys; sys.stdout.write(total(PINNED))"
    )
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert finished.stdout == total(PINNED)


def test_the_first_coins_of_a_larger_market_are_those_of_a_smaller_one() -> None:
    small = digests(MarketSpecification(coins=5, days=4, seed=3))
    large = digests(MarketSpecification(coins=40, days=4, seed=3))
    assert large[:5] == small
    assert len(set(large)) == 40


def test_another_seed_gives_another_market() -> None:
    one = digests(MarketSpecification(coins=6, days=4, seed=3))
    other = digests(MarketSpecification(coins=6, days=4, seed=4))
    assert not set(one) & set(other)


@settings(max_examples=15, deadline=None)
@given(st.integers(2, 60), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_every_permitted_market_is_sound(coins: int, days: int, seed: int) -> None:
    specification = MarketSpecification(coins=coins, days=days, seed=seed)
    found = list(generate(specification))
    assert len(found) == coins
    for coin in found:
        candles = coin.candles
        assert 0 < len(candles) <= specification.candles
        assert len(coin.funding.rate) > 0
        assert len(coin.mark) > 0
        assert coin.regimes[0].first == 0
        assert coin.regimes[-1].last == len(candles)
        assert np.all(candles.low <= np.minimum(candles.open, candles.close))
        assert np.all(candles.high >= np.maximum(candles.open, candles.close))
        for column in (candles.open, candles.volume, coin.book.spread_pct, coin.book.imbalance):
            assert np.isfinite(column).all()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("coins", 1),
        ("coins", 545),
        ("days", 0),
        ("days", 366),
        ("seed", -1),
        ("seed", 2**32),
        ("coins", True),
    ],
)
def test_a_parameter_out_of_range_is_refused_by_name(name: str, value: int) -> None:
    with pytest.raises(SpecificationError, match=f"^{name}: "):
        MarketSpecification(**{name: value})
