"""The account's state as plain values for the state file, and back: peak, transfers, day's start, kill switch events."""

from __future__ import annotations

import math
from typing import NamedTuple, cast

from hhq.equity import EquityPeak, Transfers
from hhq.guards.daily_loss import DailyLossState
from hhq.guards.kill_switch_memory import KillSwitchEvent
from hhq.reasons import CloseReason
from hhq_freqtrade.account.state_file import StateFile


class StoredAccount(NamedTuple):
    """The account's state as it is stored."""

    peak: EquityPeak
    transfers: Transfers
    daily: DailyLossState | None
    kill_events: tuple[KillSwitchEvent, ...]
    forgotten: dict[str, float]


def store_account(file: StateFile, account: StoredAccount) -> None:
    """Store the account's state; unchanged values are not written again."""
    events, transfers = account.kill_events, account.transfers
    known = not math.isnan(transfers.capital)
    file.put(
        {
            "peak_equity": [[day, value] for day, value in account.peak.days],
            "transfers": {"capital": transfers.capital, "units": transfers.units} if known else None,
            "daily_loss": list(account.daily) if account.daily else None,
            "kill_switch_events": [[event.pair, event.time, event.reason.name] for event in events],
            "kill_switch_forgotten": dict(account.forgotten),
        }
    )


def stored_account(file: StateFile) -> StoredAccount:
    """Read the account's state back."""
    days = cast("list[list[float]]", file.get("peak_equity") or [])
    transfers = cast("dict[str, float] | None", file.get("transfers"))
    daily = cast("list[float] | None", file.get("daily_loss"))
    events = cast("list[list[str]]", file.get("kill_switch_events") or [])
    forgotten = cast("dict[str, float]", file.get("kill_switch_forgotten") or {})
    return StoredAccount(
        EquityPeak(tuple((int(day), float(value)) for day, value in days)),
        Transfers(float(transfers["capital"]), float(transfers["units"])) if transfers else Transfers(),
        DailyLossState(int(daily[0]), float(daily[1]), bool(daily[2])) if daily else None,
        tuple(KillSwitchEvent(pair, float(time), CloseReason[name]) for pair, time, name in events),
        {pair: float(time) for pair, time in forgotten.items()},
    )
