"""Explanations in Turkish and English: each sentence stands in both, and no English is left in a Turkish one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hhq.coins import ContractType
from hhq.decide import decide
from hhq.explain.candle import Candle
from hhq.explain.explanation import explain
from hhq.explain.features import GROUPS, MEANINGS
from hhq.explain.sentences import Sentence
from hhq.explain.tree import Explanation
from hhq.explain.words import MACRO_REGIMES, REGIMES, SIDES, TRENDS, VOLATILITY_LEVELS
from hhq.gates import EXPLANATIONS as GATES
from hhq.gates import Gate
from hhq.language import NOT_AVAILABLE, Language, Text
from hhq.layers.reference import describe
from hhq.layers.turkish import FORMULAS
from hhq.market.filters import EXPLANATIONS as MARKET
from hhq.panel import CANDLE_MS
from hhq.settings import HHQSettings
from tests.hhq.explain.explained import (
    NAN,
    NOON,
    RANDOM,
    SETTINGS,
    THREE,
    WITHOUT_BOOK,
    coins_of,
    explained,
    market_of,
    random_batch,
    step,
    with_settings,
)

HURDLE = with_settings(costs={"hurdle": True})
TEXTS = (
    NOT_AVAILABLE,
    *(sentence.value for sentence in Sentence),
    *GATES.values(),
    *MARKET.values(),
    *TRENDS.values(),
    *REGIMES.values(),
    *MACRO_REGIMES.values(),
    *VOLATILITY_LEVELS.values(),
    *SIDES.values(),
    *GROUPS,
    *(word for words in MEANINGS.values() for word in words.values()),
)
_NAMES = re.compile(r"{\w+}")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_CODES = re.compile(r"\w+_\w+|\w+/\w+:\w+")
"""Names of settings and features, which are the same in every language."""


def words_of(text: str) -> set[str]:
    return set(_WORDS.findall(_CODES.sub("", _NAMES.sub("", text)).casefold()))


TURKISH_WORDS = set().union(*(words_of(text.turkish) for text in TEXTS))
ENGLISH_WORDS = set().union(*(words_of(text.english) for text in TEXTS)) - TURKISH_WORDS


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.english[:40])
def test_a_text_has_the_same_names_in_both_languages(text: Text) -> None:
    assert text.english
    assert text.turkish
    assert sorted(_NAMES.findall(text.english)) == sorted(_NAMES.findall(text.turkish))


@pytest.mark.parametrize(
    "text", [*(sentence.value for sentence in Sentence), *GATES.values(), *MARKET.values()]
)
def test_a_sentence_with_words_is_not_the_same_in_both_languages(text: Text) -> None:
    if words_of(text.english) - {"h"}:
        assert text.english != text.turkish


def test_the_rules_of_the_layers_name_the_same_settings_in_both_languages() -> None:
    rows = describe(SETTINGS.layers)
    turkish = describe(SETTINGS.layers, Language.TURKISH)
    assert sorted(FORMULAS) == [row.number for row in rows]
    for english, other in zip(rows, turkish, strict=True):
        first, second = (
            sorted(
                number.replace(".", "").replace(",", "") for number in re.findall(r"\d[\d.,]*", row.formula)
            )
            for row in (english, other)
        )
        assert {text.strip() for text in first} == {text.strip() for text in second}, english.name
        assert "→ " in other.formula or english.number in (1, 23)


def told(found: Explanation) -> Iterator[str]:
    """All that an explanation says in words, but for the rules of layers."""
    yield found.reason
    yield from (line.detail for line in found.steps)
    for outlook in found.outlooks:
        yield outlook.needs
        yield from (line.detail for line in outlook.steps)
    for line in found.features:
        yield from (line.group, line.meaning)
    if found.candidate is not None:
        lines = found.candidate
        yield from (layer.note for layer in lines.score.layers)
        yield from (lines.market.veto_text, lines.market.adjustment_text)
        yield from (lines.leverage.remark, lines.levels.volatility)


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), rules=st.sampled_from([SETTINGS, WITHOUT_BOOK, HURDLE]))
def test_no_english_is_left_in_a_turkish_explanation_and_nothing_else_differs(
    seed: int, rules: HHQSettings
) -> None:
    block, market, coins = random_batch(seed, bars=4)
    decisions = decide(block, market.values, coins, rules)
    for coin in range(2):
        for bar in range(4):
            candle = Candle.of(block, market, coins, decisions, rules, coin=coin, bar=bar)
            turkish, english = (
                explain(candle, language) for language in (Language.TURKISH, Language.ENGLISH)
            )
            for text, original in zip(told(turkish), told(english), strict=True):
                assert not words_of(text) & ENGLISH_WORDS, text
                assert bool(text) == bool(original)
            assert [(line.gate, line.outcome, str(line.missing)) for line in turkish.steps] == [
                (line.gate, line.outcome, str(line.missing)) for line in english.steps
            ]


def test_the_sentences_of_an_example_are_natural_turkish_with_turkish_numbers() -> None:
    texts = {
        "fiyat eşiğin ötesine sapmadı: |z| 0,4 ≤ 1,287": explained(ZSCORE=-0.4, language=Language.TURKISH),
        "fonlama aşırı ve yön kalabalıkla aynı: %0,09 / 8 saat (LONG: sınır 0,08)": explained(
            FUNDING_RATE=0.09, language=Language.TURKISH
        ),
        "kabul edildi: skor 100 ≥ asgari 68, kaldıraç 9×": explained(language=Language.TURKISH),
    }
    for text, found in texts.items():
        assert found.reason == text
    (long, _) = explained(RANDOM, ZSCORE=0.5, language=Language.TURKISH).outlooks
    assert long.needs == "z −1,36 altında ve emir defteri dengesizliği %2 ya da daha fazla"


def test_every_sentence_of_the_table_is_said_by_some_candle() -> None:
    delivery = (NOON + 1) * CANDLE_MS + 45 * 60_000.0
    quiet_off = with_settings(signal={"schedule": {"quiet_hours": False}})
    candles = (
        explained(symbol="USDC/USDT:USDT"),
        explained(coins=coins_of("SOL/USDT:USDT", contract=ContractType.TRADIFI_PERPETUAL)),
        explained(coins=coins_of("SOL/USDT:USDT", delivery_ms=delivery)),
        explained(HURST=NAN),
        explained(bar=THREE),
        explained(symbol="BTC/USDT:USDT", bar=THREE),
        explained(settings=quiet_off),
        explained(ZSCORE=0.4),
        explained(RANDOM, ZSCORE=0.4),
        explained(RANDOM),
        explained(RANDOM, IMBALANCE=3.0),
        explained(RANDOM, settings=WITHOUT_BOOK),
        explained(HURST=0.6),
        explained(settings=HURDLE),
        explained(SWEEP=1.0),
        explained(market=market_of(NOON, btc_daily=NAN)),
        explained(coins=coins_of("SOL/USDT:USDT", tick=NAN)),
        explained(coins=coins_of("SOL/USDT:USDT", largest=NAN)),
        explained(ATR_1H=12.0, ATR_1H_PCT=12.0),
    )
    said = {text for found in candles for text in told(found)}
    for sentence in Sentence:
        parts = [re.escape(part) for part in _NAMES.split(sentence.value.english)]
        assert any(re.search(".*".join(parts), text) for text in said), sentence.name


def test_a_gate_says_how_far_its_number_is_from_where_it_lets_pass() -> None:
    stretch = step(explained(ZSCORE=-0.4), Gate.Z)
    assert stretch.value == 0.4
    assert stretch.missing == pytest.approx(stretch.threshold - 0.4)
    funding = step(explained(FUNDING_RATE=0.09), Gate.FUNDING_VETO)
    assert (funding.value, funding.threshold) == (0.09, 0.08)
    assert funding.missing == pytest.approx(0.01)
    assert step(explained(), Gate.SCORE_LOW).missing == 0.0


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), rules=st.sampled_from([SETTINGS, WITHOUT_BOOK, HURDLE]))
def test_what_is_missing_is_above_0_only_where_the_gate_stops(seed: int, rules: HHQSettings) -> None:
    block, market, coins = random_batch(seed, bars=4)
    decisions = decide(block, market.values, coins, rules)
    for coin in range(2):
        for bar in range(4):
            found = explain(Candle.of(block, market, coins, decisions, rules, coin=coin, bar=bar))
            for line in found.steps:
                if line.missing > 0.0:
                    assert line.outcome.value == "stopped", (line.gate, line.detail)
