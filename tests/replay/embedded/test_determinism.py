from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.replay.embedded.generate import generate
from companion.replay.embedded.specification import (
    GENERATOR_VERSION,
    MarketSpecification,
    SpecificationError,
)
from tests.replay.embedded.structure import digests, total_digest

PINNED = MarketSpecification(coins=12, days=5, seed=7)
# The demo's start and its first entry are chosen for these numbers: a change needs a new GENERATOR_VERSION.
PINNED_DIGEST = {2: "41d7dea0aaac5f1689fb04f4e232160d8da4fd0d3835459d5a76da1c6732cf69"}


def test_the_same_seed_gives_the_same_arrays() -> None:
    specification = MarketSpecification(coins=6, days=4, seed=3)
    assert digests(specification) == digests(specification)


def test_the_market_is_the_one_it_has_always_been() -> None:
    assert total_digest(PINNED) == PINNED_DIGEST[GENERATOR_VERSION]


# Sets of vector instructions that numpy chooses its exp, log and sine by; unknown ones are ignored.
PLAIN = "X86_V3 X86_V4 AVX2 FMA3 AVX512F AVX512CD AVX512_SKX AVX512_ICL AVX512_SPR"


@pytest.mark.parametrize("disabled", ["", PLAIN])
def test_another_process_and_a_plainer_processor_give_the_same_arrays(disabled: str) -> None:
    program = (
        "from tests.replay.embedded.structure import total_digest\n"
        "from companion.replay.embedded.specification import MarketSpecification\n"
        "import sys; sys.stdout.write(total_digest(MarketSpecification(coins=64, days=10, seed=7)))"
    )
    finished = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "NPY_DISABLE_CPU_FEATURES": disabled},
    )
    assert finished.stdout == total_digest(MarketSpecification(coins=64, days=10, seed=7))


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
    ("name", "make"),
    [
        ("coins", lambda: MarketSpecification(coins=1)),
        ("coins", lambda: MarketSpecification(coins=545)),
        ("coins", lambda: MarketSpecification(coins=True)),
        ("days", lambda: MarketSpecification(days=0)),
        ("days", lambda: MarketSpecification(days=366)),
        ("seed", lambda: MarketSpecification(seed=-1)),
        ("seed", lambda: MarketSpecification(seed=2**32)),
        ("start", lambda: MarketSpecification(start=date(2016, 12, 31))),
    ],
)
def test_a_parameter_out_of_range_is_refused_by_name(
    name: str, make: Callable[[], MarketSpecification]
) -> None:
    with pytest.raises(SpecificationError, match=f"^{name}: "):
        make()
