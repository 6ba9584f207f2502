"""What a contract allows: entries until some days before its announced delivery, and only in types that are traded.

The market decision and its digest know nothing of this: bot and scanner learn of an announcement at different times, and
must agree on the candle all the same. Each of them lays what it knows over the decision (:func:`with_contracts`), and
the bot asks again at the entry (:func:`contract_gate`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite, nan

import numpy as np

from hhq.arrays import BoolArray, CodeArray, FloatArray, IntArray
from hhq.coins import CoinTable, ContractType
from hhq.decide import Decisions
from hhq.gates import Gate
from hhq.language import Text
from hhq.message import Message
from hhq.panel import CANDLE_MS
from hhq.settings import HHQSettings
from hhq.settings.exits import DelistingExitSettings
from hhq.settings.signal import ContractSettings
from hhq.steps import Numbers, first_that_holds

_HOUR_MS = 3_600_000.0
_DAY_MS = 86_400_000.0
_NO_END_MS = 4_000_000_000_000.0
"""Dates from 2096 on are those that exchanges write for contracts without an end."""
_NO_DELIVERY = Text("no delivery is announced", "duyurulmuş bir teslim yok")
_DELIVERY = Text(
    "delivery {delivery}, no entries from {ends}", "teslim {delivery}, {ends} itibarıyla giriş yok"
)
_DELIVERY_AND_CLOSING = Text(
    f"{_DELIVERY.english}, positions are closed from {{closes}}",
    f"{_DELIVERY.turkish}, pozisyonlar {{closes}} itibarıyla kapatılır",
)
_TYPE = Text("{type}; traded: {traded}", "{type}; işlem yapılanlar: {traded}")


@dataclass(frozen=True, slots=True)
class Contract:
    """The contract of one coin: its type, and when it is delivered (ms UTC; NaN: no date is known).

    Exchanges write dates that lie decades ahead for contracts without an end: a date means something only once it is near.
    """

    type: ContractType = ContractType.PERPETUAL
    delivery_ms: float = nan


PERPETUAL = Contract()
"""A contract without an end, as nearly all are."""


def traded_types(settings: ContractSettings) -> frozenset[ContractType]:
    """Return the contract types that are entered."""
    return frozenset(ContractType[name] for name in settings.types)


def is_a_date(delivery_ms: float) -> bool:
    """Return whether a contract has an end at all; rules need not ask, since such dates are never near."""
    return isfinite(delivery_ms) and delivery_ms < _NO_END_MS


def entries_end_ms(delivery_ms: Numbers, settings: HHQSettings) -> FloatArray:
    """Return from when on (ms UTC) nothing is entered; never later than open positions are closed, NaN without a date."""
    notice = settings.signal.contracts.delisting_days * _DAY_MS
    if settings.exits.delisting.enabled:
        notice = max(notice, settings.exits.delisting.hours * _HOUR_MS)
    return np.asarray(delivery_ms, dtype=np.float64) - notice


def delisting_is_near(delivery_ms: float, at_ms: float, settings: HHQSettings) -> bool:
    """Return whether a contract's delivery is so near that nothing is entered, whatever its type."""
    return bool(at_ms >= entries_end_ms(delivery_ms, settings))


def closing_begins_ms(delivery_ms: float, settings: DelistingExitSettings) -> float:
    """Return from when on (ms UTC) open positions are closed; NaN if they are not, or without a date."""
    return delivery_ms - settings.hours * _HOUR_MS if settings.enabled else nan


def contract_gates(
    types: CodeArray, delivery_ms: FloatArray, at_ms: FloatArray | IntArray, settings: HHQSettings
) -> CodeArray:
    """Return CONTRACT_TYPE, DELISTING or, where the contract stops no entry, SCORE_PASS: int8, arguments broadcast.

    ``types`` are codes of :class:`hhq.coins.ContractType`, ``at_ms`` the times of the entries in ms UTC.
    """
    other: BoolArray = ~np.isin(types, list(traded_types(settings.signal.contracts)))
    ends: BoolArray = at_ms >= entries_end_ms(delivery_ms, settings)
    stops = ((other | np.zeros_like(ends), Gate.CONTRACT_TYPE), (ends, Gate.DELISTING))
    return first_that_holds(stops, Gate.SCORE_PASS, np.int8)


def contract_gate(contract: Contract, at_ms: float, settings: HHQSettings) -> Gate | None:
    """Return the gate at which the contract stops an entry at ``at_ms`` (ms UTC), None where it does not."""
    types, delivery = np.array([contract.type], dtype=np.int8), np.array([contract.delivery_ms])
    gate = Gate(int(contract_gates(types, delivery, np.array([at_ms]), settings)[0]))
    return None if gate is Gate.SCORE_PASS else gate


def with_contracts(decisions: Decisions, coins: CoinTable, settings: HHQSettings) -> Decisions:
    """Return the decisions with the coins stopped whose contract allows no entry at the candle's close.

    They keep regime and threshold and lose side and signal, like an excluded coin, which stays EXCLUDED. The same object
    where nothing is stopped.
    """
    bars = decisions.gate.shape[1]
    closes: IntArray = (decisions.first_bar + 1 + np.arange(bars, dtype=np.int64)) * CANDLE_MS
    found = contract_gates(
        coins.contract_type[:, np.newaxis], coins.delivery_ms[:, np.newaxis], closes[np.newaxis, :], settings
    )
    stopped: BoolArray = (found != Gate.SCORE_PASS) & (decisions.gate != Gate.EXCLUDED)
    if not stopped.any():
        return decisions
    signals = decisions.signals
    return replace(
        decisions,
        gate=np.where(stopped, found, decisions.gate),
        side=np.where(stopped, np.int8(0), decisions.side),
        signals=signals.at(~stopped[signals.coin, signals.bar]),
    )


def delisting_detail(delivery_ms: float, settings: HHQSettings) -> Message:
    """Return the dates as a sentence, for explanations and log lines."""
    if not is_a_date(delivery_ms):
        return Message(_NO_DELIVERY)
    dates = {
        "delivery": moment(delivery_ms),
        "ends": moment(float(entries_end_ms(delivery_ms, settings))),
    }
    closes = closing_begins_ms(delivery_ms, settings.exits.delisting)
    if isfinite(closes):
        return Message(_DELIVERY_AND_CLOSING, {**dates, "closes": moment(closes)})
    return Message(_DELIVERY, dates)


def type_detail(contract_type: ContractType, settings: HHQSettings) -> Message:
    """Return as a sentence which type the contract is of, and which types are traded."""
    traded = ", ".join(kind.name for kind in sorted(traded_types(settings.signal.contracts)))
    return Message(_TYPE, {"type": contract_type.name, "traded": traded})


def moment(at_ms: float) -> str:
    """Return a time in ms UTC as ``2026-11-30 21:45 UTC``."""
    minute = np.datetime_as_string(np.datetime64(int(at_ms), "ms"), unit="m")
    return f"{str(minute).replace('T', ' ')} UTC"
