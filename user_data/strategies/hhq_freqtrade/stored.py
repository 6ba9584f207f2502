"""What the state file holds, to plain values and back: peak equity, day's start, kill switch events, waiting signals."""

from __future__ import annotations

import math
from typing import NamedTuple, cast

from hhq.equity import EquityPeak
from hhq.exits.levels import FillMarket
from hhq.guards.daily_loss import DailyLossState
from hhq.guards.kill_switch_memory import KillSwitchEvent
from hhq.reasons import CloseReason
from hhq_freqtrade.entry_desk import EntryPlan
from hhq_freqtrade.signal_record import Plain
from hhq_freqtrade.state_file import Json, StateFile

_FILL_MARKET = ("atr_1h", "atr_1h_pct", "atr_5m_pct", "hurst", "macro")


class StoredAccount(NamedTuple):
    """State of the account as it was stored."""

    peak: EquityPeak
    daily: DailyLossState | None
    kill_events: tuple[KillSwitchEvent, ...]


def store_account(
    file: StateFile, peak: EquityPeak, daily: DailyLossState | None, events: tuple[KillSwitchEvent, ...]
) -> None:
    """Store the account's state; unchanged values are not written again."""
    file.put("peak_equity", [[day, value] for day, value in peak.days])
    file.put("daily_loss", list(daily) if daily else None)
    file.put("kill_switch_events", [[event.pair, event.time, event.reason.name] for event in events])


def stored_account(file: StateFile) -> StoredAccount:
    """Read the account's state back."""
    days = cast("list[list[float]]", file.get("peak_equity") or [])
    daily = cast("list[float] | None", file.get("daily_loss"))
    events = cast("list[list[str]]", file.get("kill_switch_events") or [])
    return StoredAccount(
        EquityPeak(tuple((int(day), float(value)) for day, value in days)),
        DailyLossState(int(daily[0]), float(daily[1]), bool(daily[2])) if daily else None,
        tuple(KillSwitchEvent(pair, float(time), CloseReason[name]) for pair, time, name in events),
    )


def store_pending(file: StateFile, plan: EntryPlan, record: dict[str, Plain]) -> None:
    """Store what is known of an entry before its order is placed: no trade exists yet that could hold it."""
    market = {name: _plain(float(getattr(plan.fill_market, name))) for name in _FILL_MARKET}
    pending = dict(cast("dict[str, Json]", file.get("pending") or {}))
    pending[plan.pair] = cast(Json, {"record": record, "fill_market": market})
    file.put("pending", pending)


def taken_pending(file: StateFile, pair: str) -> tuple[dict[str, Json] | None, FillMarket | None]:
    """Return and remove what was stored for an entry of ``pair``: its record and its market at the signal."""
    pending = dict(cast("dict[str, Json]", file.get("pending") or {}))
    found = cast("dict[str, dict[str, Json]] | None", pending.pop(pair, None))
    if found is None:
        return None, None
    file.put("pending", pending)
    values = cast("dict[str, float | None]", found["fill_market"])
    market = FillMarket(*(_number(values[name]) for name in _FILL_MARKET))
    return found["record"], market


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _number(value: float | None) -> float:
    return math.nan if value is None else value
