"""The regime's gates for a candle that is stretched enough: its side, and what the order book says about it."""

from __future__ import annotations

import math

from hhq.explain.candle import Candle
from hhq.explain.gate_step import Comparison, Measure, Unit
from hhq.explain.judgement import Judgement
from hhq.explain.sentences import Sentence
from hhq.explain.words import REGIMES, side_name
from hhq.features.catalogue import Feature
from hhq.gates import Gate
from hhq.message import PERCENT, Message, Quantity
from hhq.regime import Regime


def regime_steps(candle: Candle) -> tuple[Judgement, Judgement]:
    """Return the gates REGIME and IMBALANCE_NA."""
    if candle.regime is not Regime.RANDOM:
        return (
            Judgement.of(Gate.REGIME, stopped=False, message=_side(candle)),
            _book_gate(stopped=False, sentence=Sentence.BOOK_NOT_ASKED),
        )
    without_book = math.isnan(candle[Feature.IMBALANCE])
    if without_book and not candle.settings.signal.regime.random_without_book:
        asks = Sentence.RANDOM_ASKS_THE_BOOK.of(hurst=_hurst(candle))
        return (
            Judgement.of(Gate.REGIME, stopped=False, message=asks),
            _book_gate(stopped=True, sentence=Sentence.BOOK_MISSING),
        )
    message, measure = _further_stretch(candle) if without_book else _book(candle)
    known = Sentence.BOOK_NOT_NEEDED if without_book else Sentence.BOOK_KNOWN
    return (
        Judgement.of(Gate.REGIME, candle.regime_side() == 0, message, measure),
        _book_gate(stopped=False, sentence=known),
    )


def _book_gate(*, stopped: bool, sentence: Sentence) -> Judgement:
    return Judgement.of(Gate.IMBALANCE_NA, stopped, sentence.of())


def _hurst(candle: Candle) -> Quantity:
    return Quantity(candle[Feature.HURST], 3)


def _side(candle: Candle) -> Message:
    with_it = candle.regime is Regime.TRENDING
    how = Sentence.WITH_THE_STRETCH if with_it else Sentence.AGAINST_THE_STRETCH
    return Sentence.REGIME_SIDE.of(
        hurst=_hurst(candle),
        regime=REGIMES[candle.regime],
        side=side_name(candle.regime_side()),
        how=how.value,
    )


def _further_stretch(candle: Candle) -> tuple[Message, Measure]:
    z, threshold = abs(candle[Feature.ZSCORE]), candle.threshold
    message = Sentence.RANDOM_WITHOUT_BOOK.of(
        hurst=_hurst(candle),
        z=Quantity(z, 3),
        comparison=">" if candle.regime_side() else "≤",
        factor=Quantity(candle.settings.signal.regime.random_without_book_factor),
        threshold=Quantity(threshold, 3),
    )
    return message, Measure(z, Comparison.MORE, threshold, Unit.SIGMA)


def _book(candle: Candle) -> tuple[Message, Measure]:
    wanted = -math.copysign(1.0, candle[Feature.ZSCORE])
    needed, book = candle.settings.signal.regime.random_imbalance, candle[Feature.IMBALANCE]
    message = Sentence.RANDOM_WITH_BOOK.of(
        hurst=_hurst(candle),
        side=side_name(wanted),
        needed=Quantity(needed, unit=PERCENT),
        book=Quantity(book, unit=PERCENT),
    )
    # On the side's own scale: what leans against it counts as negative.
    return message, Measure(book * wanted, Comparison.AT_LEAST, needed, Unit.PERCENT)
