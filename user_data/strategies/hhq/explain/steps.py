"""Every gate in order: what it said about a candle, and on which numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable

from hhq.coins import ContractType, base_of
from hhq.contracts import Contract, contract_gate, delisting_detail, type_detail
from hhq.decide import REQUIRED, has_data, quiet_bars
from hhq.explain.candle import Candle
from hhq.explain.gate_step import NO_MEASURE, Comparison, Measure, Outcome, Unit
from hhq.explain.judgement import Judgement
from hhq.explain.regime_steps import regime_steps
from hhq.explain.sentences import Sentence
from hhq.explain.side_steps import SIDE_GATES, side_steps
from hhq.features.catalogue import Feature
from hhq.gates import Gate
from hhq.message import Message, Quantity
from hhq.panel import CANDLE_MS
from hhq.signals import Signals

_DAY_MS = 86_400_000
_MINUTE_MS = 60_000


def gate_steps(candle: Candle, signals: Signals | None) -> tuple[Judgement, ...]:
    """Return all gates in order; ``signals`` is the evaluation of the candle's side, None without a side.

    A gate that has nothing to look at (no data, no side) is skipped. A veto after the gate that stopped the candle is
    reported all the same: it would have stopped it too.
    """
    steps = list(_before_the_side(candle))
    if signals is None:
        steps += map(Judgement.not_asked, SIDE_GATES)
    else:
        steps += side_steps(candle, signals)
    return tuple(sorted(steps, key=lambda step: step.gate))


def has_a_stretch_to_judge(candle: Candle) -> bool:
    """Return whether there are a z and a regime to look at: the coin may be traded and has data."""
    return not _is_excluded(candle) and _contract_gate(candle) is None and _has_data(candle)


def _before_the_side(candle: Candle) -> Iterable[Judgement]:
    yield _excluded(candle)
    yield from _contract(candle)
    yield Judgement(Gate.GUARD, Outcome.AT_ENTRY, Sentence.GUARD.of())
    yield _interval(candle)
    if _is_excluded(candle) or _contract_gate(candle) is not None:
        yield from map(Judgement.not_asked, (Gate.DATA, Gate.HOURS, Gate.Z, Gate.REGIME, Gate.IMBALANCE_NA))
        return
    yield _data(candle)
    if not _has_data(candle):
        yield from map(Judgement.not_asked, (Gate.HOURS, Gate.Z, Gate.REGIME, Gate.IMBALANCE_NA))
        return
    yield _hours(candle)
    stretch = _stretch(candle)
    yield stretch
    if stretch.outcome is Outcome.STOPPED:
        yield from map(Judgement.not_asked, (Gate.REGIME, Gate.IMBALANCE_NA))
    else:
        yield from regime_steps(candle)


def _interval(candle: Candle) -> Judgement:
    seconds = candle.settings.signal.schedule.signal_interval
    measure = Measure(math.nan, Comparison.AT_LEAST, float(seconds), Unit.SECONDS)
    return Judgement(Gate.INTERVAL, Outcome.AT_ENTRY, Sentence.INTERVAL.of(seconds=str(seconds)), measure)


def _stretch(candle: Candle) -> Judgement:
    z, threshold = abs(candle[Feature.ZSCORE]), candle.standard_threshold
    beyond = z > threshold
    message = Sentence.STRETCH.of(
        z=Quantity(z, 3), comparison=">" if beyond else "≤", threshold=Quantity(threshold, 3)
    )
    return Judgement.of(Gate.Z, not beyond, message, Measure(z, Comparison.MORE, threshold, Unit.SIGMA))


def _is_excluded(candle: Candle) -> bool:
    return bool(candle.coins.is_one_of(candle.settings.signal.excluded_coins)[0])


def _excluded(candle: Candle) -> Judgement:
    excluded = _is_excluded(candle)
    sentence = Sentence.EXCLUDED if excluded else Sentence.NOT_EXCLUDED
    return Judgement.of(Gate.EXCLUDED, excluded, sentence.of(coin=base_of(candle.symbol)))


def _contract_gate(candle: Candle) -> Gate | None:
    return contract_gate(_contract_of(candle), candle.closed_at, candle.settings)


def _contract_of(candle: Candle) -> Contract:
    coins = candle.coins
    return Contract(ContractType(int(coins.contract_type[0])), float(coins.delivery_ms[0]))


def _contract(candle: Candle) -> tuple[Judgement, Judgement]:
    if _is_excluded(candle):
        return Judgement.not_asked(Gate.CONTRACT_TYPE), Judgement.not_asked(Gate.DELISTING)
    gate, contract = _contract_gate(candle), _contract_of(candle)
    if gate is Gate.CONTRACT_TYPE:
        refused = Judgement.of(gate, stopped=True, message=type_detail(contract.type, candle.settings))
        return refused, Judgement.not_asked(Gate.DELISTING)
    traded = Sentence.TYPE.of(type=contract.type.name)
    dates = delisting_detail(contract.delivery_ms, candle.settings)
    return (
        Judgement.of(Gate.CONTRACT_TYPE, stopped=False, message=traded),
        Judgement.of(Gate.DELISTING, gate is Gate.DELISTING, dates),
    )


def _has_data(candle: Candle) -> bool:
    return bool(has_data(candle.block, candle.settings.signal.minimum_history)[0, 0])


def _data(candle: Candle) -> Judgement:
    history, wanted = int(candle.block.history[0, 0]), candle.settings.signal.minimum_history
    missing = [feature.name.lower() for feature in REQUIRED if math.isnan(candle[feature])]
    counts = {"history": str(history), "wanted": str(wanted)}
    message = (
        Sentence.DATA_MISSING.of(**counts, features=", ".join(missing))
        if missing
        else Sentence.DATA.of(**counts)
    )
    # With history enough and a feature n/a no number says what is missing.
    only_features = history >= wanted and missing
    measure = (
        NO_MEASURE
        if only_features
        else Measure(float(history), Comparison.AT_LEAST, float(wanted), Unit.CANDLES)
    )
    return Judgement.of(Gate.DATA, not _has_data(candle), message, measure)


def _hours(candle: Candle) -> Judgement:
    rule = candle.settings.signal.schedule
    minute = candle.closed_at % _DAY_MS // _MINUTE_MS
    time = f"{minute // 60:02d}:{minute % 60:02d}"
    if not rule.quiet_hours:
        return Judgement.of(Gate.HOURS, stopped=False, message=Sentence.HOURS_OFF.of(time=time))
    hours = {"time": time, "begin": f"{rule.quiet_from:02d}", "end": f"{rule.quiet_until:02d}"}
    quiet = bool(quiet_bars(candle.closed_at // CANDLE_MS - 1, 1, rule)[0])
    message: Message = Sentence.HOURS.of(**hours)
    if quiet and bool(candle.coins.is_one_of(rule.quiet_exempt)[0]):
        quiet, message = False, Sentence.HOURS_EXEMPT.of(**hours, coin=base_of(candle.symbol))
    return Judgement.of(Gate.HOURS, quiet, message)
