"""The order of the coins."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from companion.scanner.ranking import ranks
from hhq.arrays import IntArray
from hhq.decide import Decisions
from hhq.features.catalogue import Feature, FeatureBlock
from hhq.gates import Gate
from hhq.signals import Signals

NAN = float("nan")
UNUSED = np.empty(0)


@dataclass(frozen=True)
class Coin:
    """A coin as the ranking sees it; `raw` and `score` are NaN without a side."""

    name: str
    gate: Gate
    fresh: bool
    raw: float = NAN
    score: float = NAN
    volume: float = NAN


def ranked(coins: list[Coin]) -> IntArray:
    """The coins' places in the order, through the core's arrays."""
    sided = np.array([i for i, coin in enumerate(coins) if coin.raw == coin.raw], dtype=np.int64)
    signals = Signals(
        *(UNUSED for _ in Signals.__dataclass_fields__)  # type: ignore[arg-type]  # the rest is not read
    )
    signals = replace(
        signals,
        coin=sided,
        bar=np.zeros(sided.size, dtype=np.int64),
        raw=np.array([coins[i].raw for i in sided]),
        score=np.array([coins[i].score for i in sided]),
    )
    names = tuple(coin.name for coin in coins)
    gate = np.array([[coin.gate] for coin in coins], dtype=np.int8)
    decisions = Decisions(names, 0, gate, gate, gate, np.zeros(gate.shape), signals)
    values = np.full((len(Feature), len(coins), 1), np.nan)
    values[Feature.QUOTE_VOLUME_24H, :, 0] = [coin.volume for coin in coins]
    block = FeatureBlock(names, 0, values, np.ones(gate.shape, dtype=np.int64))
    return ranks(decisions, block, np.array([coin.fresh for coin in coins]))


def order(coins: list[Coin]) -> list[str]:
    return [coins[i].name for i in np.argsort(ranked(coins))]


def test_accepted_signals_come_first_by_raw_sum_although_their_scores_saturate() -> None:
    coins = [
        Coin("A", Gate.SCORE_PASS, fresh=True, raw=101.0, score=100.0, volume=9e9),
        Coin("B", Gate.SCORE_PASS, fresh=True, raw=140.0, score=100.0, volume=1e6),
        Coin("C", Gate.SCORE_LOW, fresh=True, raw=150.0, score=60.0, volume=9e9),
    ]
    assert order(coins) == ["B", "A", "C"]


def test_the_others_follow_by_score_then_by_volume_and_what_is_not_known_comes_last() -> None:
    coins = [
        Coin("no side, thin", Gate.Z, fresh=True, volume=1e6),
        Coin("no volume", Gate.Z, fresh=True),
        Coin("no side, liquid", Gate.Z, fresh=True, volume=1e9),
        Coin("low", Gate.SCORE_LOW, fresh=True, raw=50.0, score=50.0, volume=1e5),
        Coin("vetoed", Gate.BTC_VETO, fresh=True, raw=90.0, score=90.0, volume=1e5),
        Coin("stale", Gate.DATA, fresh=False, volume=1e12),
        Coin("excluded", Gate.EXCLUDED, fresh=True, volume=1e12),
    ]
    assert order(coins) == [
        "vetoed",
        "low",
        "no side, liquid",
        "no side, thin",
        "no volume",
        "stale",
        "excluded",
    ]


@st.composite
def markets(draw: st.DrawFn) -> list[Coin]:
    names = draw(st.lists(st.text("ABCDE", min_size=1, max_size=3), min_size=1, max_size=12, unique=True))
    number = st.one_of(st.just(NAN), st.sampled_from([0.0, 45.0, 68.0, 100.0, 131.5]))
    coins = []
    for name in names:
        gate = draw(st.sampled_from([Gate.EXCLUDED, Gate.DATA, Gate.Z, Gate.SCORE_LOW, Gate.SCORE_PASS]))
        score = draw(st.sampled_from([45.0, 68.0, 100.0])) if gate >= Gate.SCORE_LOW else NAN
        raw = score + draw(st.sampled_from([0.0, 30.0])) if gate >= Gate.SCORE_LOW else NAN
        coins.append(Coin(name, gate, draw(st.booleans()), raw, score, draw(number)))
    return coins


@given(markets(), st.randoms(use_true_random=False))
def test_the_order_is_total_and_does_not_depend_on_the_order_of_the_coins(
    coins: list[Coin], random: object
) -> None:
    assert sorted(ranked(coins).tolist()) == list(range(1, len(coins) + 1))
    shuffled = list(coins)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis hands out a random.Random
    assert order(shuffled) == order(coins)


@given(markets())
def test_nobody_is_ranked_before_a_better_one(coins: list[Coin]) -> None:
    by_name = {coin.name: coin for coin in coins}
    places = [by_name[name] for name in order(coins)]
    for better, worse in itertools.pairwise(places):
        assert group(better) <= group(worse)
        if group(better) == group(worse) == 0:
            assert (-better.raw, better.name) < (-worse.raw, worse.name)


def group(coin: Coin) -> int:
    if coin.gate is Gate.EXCLUDED:
        return 3
    if not coin.fresh:
        return 2
    return 0 if coin.gate is Gate.SCORE_PASS else 1
