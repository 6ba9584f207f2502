"""Why an entry is refused, or its unfilled order cancelled: as data, and as the log line that users search for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from hhq.contracts import Contract, contract_gate, delisting_detail, type_detail
from hhq.entry import EntryCancel
from hhq.gates import Gate
from hhq.language import Language
from hhq.leverage.position import PositionPlan
from hhq.settings import HHQSettings
from hhq_freqtrade.analysis import signal_log

_RIVALS_NAMED = 3


class Cause(Enum):
    """Causes of a refusal, each with the gate and reason of its log line, into which the refusal's numbers go."""

    NO_CANDLES = "DATA", "the candles of this pair are missing or old"
    NO_SIGNAL = "NO_SIGNAL", "no accepted signal at this candle"
    SCORE_LOW = "SCORE_LOW", "with the account {value:.0f} < {limit:.0f}"
    EQUITY_UNKNOWN = "EQUITY", "the wallet is empty or not known"
    NO_TIERS = "LEVERAGE", "the exchange names no leverage tiers for this pair"
    NOT_SOLVED = "{position.refusal.name}", "{position.detail}"
    OTHER_LEVERAGE = "LEVERAGE", "Freqtrade would use {value:g}, not {limit:g}"
    BELOW_MINIMUM = "BELOW_MINIMUM", "margin {value:.2f} USDT is below {limit:.2f} USDT"
    ABOVE_BALANCE = "BALANCE", "margin {value:.2f} USDT is above the {limit:.2f} USDT that are free"
    UNPROVEN = "EVIDENCE", "{detail}"
    NOT_STORED = "DISK", "{detail}"
    GUARDS_SILENT = "GUARD", "the guards could not be asked in this loop"
    LOCKED = "GUARD", "{detail}"
    SIGNAL_USED = "INTERVAL", "this candle's signal was used"
    TOO_SOON = "INTERVAL", "less than {limit:g} s since the last accepted signal"
    CONTRACT_TYPE = "CONTRACT_TYPE", "{detail}"
    DELISTING = "DELISTING", "{detail}"
    BETTER_SIGNALS = "RANK", "{value:.0f} better signals for {limit:g} free slots ({named})"

    def __init__(self, gate: str, reason: str) -> None:
        self.gate = gate
        self.reason = reason


@dataclass(frozen=True, slots=True)
class EntryRefusal:
    """A refusal and its numbers.

    ``value`` is what was found and ``limit`` what it was compared with: scores, leverages, margins in USDT, the
    interval in s (TOO_SOON), better signals and free slots (BETTER_SIGNALS, with the pairs that go first as
    ``rivals``). ``position`` is the plan of NOT_SOLVED, which carries its own reason; ``detail`` the lock of LOCKED, or
    the reason of UNPROVEN, of NOT_STORED or of a contract.
    """

    cause: Cause
    value: float = math.nan
    limit: float = math.nan
    rivals: tuple[str, ...] = ()
    position: PositionPlan | None = None
    detail: str = ""

    @property
    def gate(self) -> str:
        """The gate in the log line."""
        return self._filled(self.cause.gate)

    @property
    def reason(self) -> str:
        """The reason in the log line, after the gate."""
        return self._filled(self.cause.reason)

    def _filled(self, text: str) -> str:
        named = ", ".join(self.rivals[:_RIVALS_NAMED])
        return text.format(
            value=self.value, limit=self.limit, named=named, position=self.position, detail=self.detail
        )


def contract_refusal(contract: Contract, now: datetime, settings: HHQSettings) -> EntryRefusal | None:
    """Return why the contract allows no entry now, None if it does; forced entries are refused as well."""
    gate = contract_gate(contract, now.timestamp() * 1000.0, settings)
    if gate is None:
        return None
    if gate is Gate.CONTRACT_TYPE:
        found = type_detail(contract.type, settings)
        return EntryRefusal(Cause.CONTRACT_TYPE, detail=found.told(Language.ENGLISH))
    found = delisting_detail(contract.delivery_ms, settings)
    return EntryRefusal(Cause.DELISTING, detail=found.told(Language.ENGLISH))


class OrderFault(Enum):
    """Why an order cannot keep waiting, whatever the market does."""

    FILLED_IN_PART = "filled in part"
    NO_CANDLES = "no candles to judge it by"
    NO_ENTRIES = "nothing is entered in this run"


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Why an unfilled entry order is cancelled; ``veto`` is the gate behind a VETO, or behind a CONTRACT."""

    cause: EntryCancel | OrderFault
    veto: Gate | None = None

    @property
    def reason(self) -> str:
        """The reason in the log line."""
        return self.cause.value if self.veto is None else f"{self.cause.value}: {self.veto.name}"


class RefusalLog:
    """Logs the refusals of a running bot once per pair, candle and gate, since the loop tries every few seconds."""

    def __init__(self, *, live: bool) -> None:
        self._live = live
        self._written: dict[str, tuple[int, str]] = {}

    def refused(self, pair: str, side: int, candle: int, refusal: EntryRefusal) -> None:
        """Log a refusal of ``pair`` on a candle (clock number)."""
        gate = refusal.gate
        if self._live and self._written.get(pair) != (candle, gate):
            self._written[pair] = (candle, gate)
            signal_log.blocked(pair, side, gate, refusal.reason)

    def cancelled(self, pair: str, side: int, cancellation: Cancellation) -> None:
        """Log that an unfilled order is cancelled."""
        if self._live:
            signal_log.blocked(pair, side, "ENTRY_CANCELLED", cancellation.reason)
