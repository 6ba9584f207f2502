"""Every gate in order: what it said about a candle, and on which numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable

from hhq.coins import ContractType, base_of
from hhq.contracts import Contract, contract_gate, delisting_detail, type_detail
from hhq.decide import REQUIRED, has_data, quiet_bars
from hhq.explain.candle import Candle
from hhq.explain.side_steps import SIDE_GATES, side_steps
from hhq.explain.tree import GateStep, Outcome
from hhq.explain.words import number, side_name
from hhq.features.catalogue import Feature
from hhq.gates import Gate
from hhq.panel import CANDLE_MS
from hhq.regime import Regime
from hhq.signals import Signals

_DAY_MS = 86_400_000
_MINUTE_MS = 60_000


def gate_steps(candle: Candle, signals: Signals | None) -> tuple[GateStep, ...]:
    """Return all gates in order; ``signals`` is the evaluation of the candle's side, None without a side.

    A gate that has nothing to look at (no data, no side) is skipped. A veto after the gate that stopped the candle is
    reported all the same: it would have stopped it too.
    """
    steps = list(_before_the_side(candle))
    if signals is None:
        steps += map(_not_asked, SIDE_GATES)
    else:
        steps += side_steps(candle, signals)
    return tuple(sorted(steps, key=lambda step: step.gate))


def has_a_stretch_to_judge(candle: Candle) -> bool:
    """Return whether there are a z and a regime to look at: the coin may be traded and has data."""
    return not _is_excluded(candle) and _contract_gate(candle) is None and _has_data(candle)


def _before_the_side(candle: Candle) -> Iterable[GateStep]:
    yield _step(Gate.EXCLUDED, _is_excluded(candle), _excluded_detail(candle))
    yield from _contract(candle)
    yield GateStep(Gate.GUARD, Outcome.AT_ENTRY, "guards, blocks and limits of the account")
    interval = candle.settings.signal.schedule.signal_interval
    yield GateStep(
        Gate.INTERVAL, Outcome.AT_ENTRY, f"live: {interval} s since the coin's last accepted signal"
    )
    if _is_excluded(candle) or _contract_gate(candle) is not None:
        yield from map(_not_asked, (Gate.DATA, Gate.HOURS, Gate.Z, Gate.REGIME, Gate.IMBALANCE_NA))
        return
    yield _step(Gate.DATA, not _has_data(candle), _data_detail(candle))
    if not _has_data(candle):
        yield from map(_not_asked, (Gate.HOURS, Gate.Z, Gate.REGIME, Gate.IMBALANCE_NA))
        return
    yield _hours(candle)
    beyond = abs(candle[Feature.ZSCORE]) > candle.standard_threshold
    comparison = ">" if beyond else "≤"
    detail = (
        f"abs(z) {number(abs(candle[Feature.ZSCORE]), 3)} {comparison} {number(candle.standard_threshold, 3)}"
    )
    yield _step(Gate.Z, not beyond, detail)
    yield from _regime(candle) if beyond else map(_not_asked, (Gate.REGIME, Gate.IMBALANCE_NA))


def _step(gate: Gate, stopped: bool, detail: str) -> GateStep:
    return GateStep(gate, Outcome.STOPPED if stopped else Outcome.PASSED, detail)


def _not_asked(gate: Gate) -> GateStep:
    return GateStep(gate, Outcome.NOT_ASKED, "")


def _is_excluded(candle: Candle) -> bool:
    return bool(candle.coins.is_one_of(candle.settings.signal.excluded_coins)[0])


def _contract_gate(candle: Candle) -> Gate | None:
    return contract_gate(_contract_of(candle), candle.closed_at, candle.settings)


def _contract_of(candle: Candle) -> Contract:
    coins = candle.coins
    return Contract(ContractType(int(coins.contract_type[0])), float(coins.delivery_ms[0]))


def _contract(candle: Candle) -> tuple[GateStep, GateStep]:
    if _is_excluded(candle):
        return _not_asked(Gate.CONTRACT_TYPE), _not_asked(Gate.DELISTING)
    gate, contract = _contract_gate(candle), _contract_of(candle)
    if gate is Gate.CONTRACT_TYPE:
        detail = type_detail(contract.type, candle.settings)
        return _step(gate, stopped=True, detail=detail), _not_asked(Gate.DELISTING)
    return (
        _step(Gate.CONTRACT_TYPE, stopped=False, detail=contract.type.name),
        _step(
            Gate.DELISTING, gate is Gate.DELISTING, delisting_detail(contract.delivery_ms, candle.settings)
        ),
    )


def _has_data(candle: Candle) -> bool:
    return bool(has_data(candle.block, candle.settings.signal.minimum_history)[0, 0])


def _excluded_detail(candle: Candle) -> str:
    return f"{base_of(candle.symbol)} is {'' if _is_excluded(candle) else 'not '}in excluded_coins"


def _data_detail(candle: Candle) -> str:
    history, wanted = int(candle.block.history[0, 0]), candle.settings.signal.minimum_history
    missing = [feature.name.lower() for feature in REQUIRED if math.isnan(candle[feature])]
    return f"{history} of {wanted} candles" + (f"; n/a: {', '.join(missing)}" if missing else "")


def _hours(candle: Candle) -> GateStep:
    rule = candle.settings.signal.schedule
    minute = candle.closed_at % _DAY_MS // _MINUTE_MS
    detail = f"{minute // 60:02d}:{minute % 60:02d} UTC"
    if not rule.quiet_hours:
        return GateStep(Gate.HOURS, Outcome.PASSED, f"{detail}; quiet hours are off")
    detail += f"; quiet from {rule.quiet_from:02d} to {rule.quiet_until:02d}"
    quiet = bool(quiet_bars(candle.closed_at // CANDLE_MS - 1, 1, rule)[0])
    if quiet and bool(candle.coins.is_one_of(rule.quiet_exempt)[0]):
        return GateStep(Gate.HOURS, Outcome.PASSED, f"{detail}, {base_of(candle.symbol)} is exempt")
    return _step(Gate.HOURS, quiet, detail)


def _regime(candle: Candle) -> tuple[GateStep, GateStep]:
    hurst = f"H {number(candle[Feature.HURST], 3)}"
    side = candle.regime_side()
    if candle.regime is not Regime.RANDOM:
        how = "with the stretch" if candle.regime is Regime.TRENDING else "against the stretch"
        name = candle.regime.name.lower().replace("_", " ")
        return (
            GateStep(Gate.REGIME, Outcome.PASSED, f"{hurst}: {name}, {side_name(side)} {how}"),
            GateStep(Gate.IMBALANCE_NA, Outcome.PASSED, "only asked in the random regime"),
        )
    imbalance = candle[Feature.IMBALANCE]
    if math.isnan(imbalance) and not candle.settings.signal.regime.random_without_book:
        return (
            GateStep(Gate.REGIME, Outcome.PASSED, f"{hurst}: random, the order book has to agree"),
            GateStep(Gate.IMBALANCE_NA, Outcome.STOPPED, "order-book imbalance n/a"),
        )
    detail = f"{hurst}: random, {_no_book(candle) if math.isnan(imbalance) else _book(candle)}"
    known = "none is needed (random_without_book)" if math.isnan(imbalance) else "order-book imbalance known"
    return _step(Gate.REGIME, side == 0, detail), GateStep(Gate.IMBALANCE_NA, Outcome.PASSED, known)


def _no_book(candle: Candle) -> str:
    comparison = ">" if candle.regime_side() else "≤"
    z, threshold = number(abs(candle[Feature.ZSCORE]), 3), number(candle.threshold, 3)
    factor = number(candle.settings.signal.regime.random_without_book_factor)
    return f"no order book, so abs(z) {z} {comparison} {factor} × threshold = {threshold}"


def _book(candle: Candle) -> str:
    wanted = -math.copysign(1.0, candle[Feature.ZSCORE])
    needed = number(candle.settings.signal.regime.random_imbalance)
    book = number(candle[Feature.IMBALANCE])
    return f"{side_name(wanted)} needs an imbalance of {needed} % on its side, the book has {book} %"
