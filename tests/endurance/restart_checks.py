"""What a restarted bot reports in its diary, against what the killed one has left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from hhq.exits.slots import StateSlot
from hhq.reasons import CloseReason
from tests.endurance.snapshot import REASON_KEY, Snapshot

Event = dict[str, Any]
_ROUNDING = 2.0
"""Ticks by which a stop may differ from its level: Freqtrade rounds it to the tick, on the safe side."""
_HAIR = 1e-6
_REASONS = {*(reason.name for reason in CloseReason), "force_exit"}


def restored(before: Snapshot, events: Sequence[Event]) -> Iterator[str]:
    """Judge what was read back: the same bits, for every position, before the first decision on it."""
    read = {event["trade"]: event["state"] for event in events if event["event"] == "restored"}
    for trade, state in read.items():
        stored = before.state(trade) if trade in before.trades else None
        if stored is not None and state != stored:
            names = [slot.name for slot in StateSlot if state[slot] != stored[slot]]
            yield f"RESTORED trade {trade} differs in {', '.join(names)}"
    first = next((event for event in events if event["event"] == "loop ends"), None)
    for position in first["positions"] if first else ():
        number = position["trade"]
        known = number in before.trades and before.is_position(number) and before.state(number) is not None
        if known and number not in read:
            yield f"RESTORED the state of trade {number} was not read back"
    for event in events:
        if event["event"] == "account restored":
            yield from _account(before, event)


def _account(before: Snapshot, event: Event) -> Iterator[str]:
    for name in ("peak_equity", "daily_loss"):
        stored = before.account.get(name)
        if (stored or None) != (event[name] or None):
            yield f"RESTORED {name}: {stored} became {event[name]}"
    for kill in before.account.get("kill_switch_events") or []:
        if kill not in event["kill_switch_events"]:
            yield f"RESTORED kill switch event {kill} is missing"


def stops(events: Sequence[Event], before: Mapping[int, float] | None = None) -> Iterator[str]:
    """Judge every loop's end: each position that the loop has found has its stop and its state.

    `before`: levels that the killed bot reported last; a level may tighten late in a loop.
    """
    found: set[int] = set()
    levels = dict(before or {})
    for event in events:
        if event["event"] == "loop begins":
            found = set(event["positions"])
        elif event["event"] == "loop ends":
            for position in event["positions"]:
                if position["trade"] in found:
                    yield from _stop(position, levels.get(position["trade"]), event["loop"])
            levels = {p["trade"]: p["level"] for p in event["positions"] if p["level"] is not None}


def _stop(position: Event, earlier: float | None, loop: int) -> Iterator[str]:
    """Judge one position: the stop is at least as near as the level known when the loop began."""
    name = f"trade {position['trade']} ({position['pair']}) after loop {loop}"
    if position["state"] is None or position["level"] is None:
        yield f"STOP {name}: no state"
        return
    level = position["level"] if earlier is None else earlier
    stop, side = position["stop"], position["side"]
    if not stop:
        yield f"STOP {name}: none"
        return
    slack = _ROUNDING * (position["tick"] or 0.0) + level * _HAIR
    price = position["price"]
    passed = price is not None and side * (price - level) <= 0.0
    if side * (level - stop) > slack and not passed:
        yield f"STOP {name}: rests at {stop:.8g}, the level is {level:.8g}, the price {price}"


def last_levels(events: Sequence[Event]) -> dict[int, float]:
    """Return the levels at the end of the last loop, by trade."""
    last = next((event for event in reversed(events) if event["event"] == "loop ends"), None)
    return {p["trade"]: p["level"] for p in last["positions"] if p["level"] is not None} if last else {}


def memory_was_stored(events: Sequence[Event], after: Snapshot) -> tuple[int, list[str]]:
    """Judge a kill between two loops: only the time of the last look was nowhere but in memory.

    Return how many states were compared, and what differed.
    """
    told = events[:-1] if events and events[-1].get("moment") == "loop over" else events
    if not told or told[-1]["event"] != "loop ends":
        return 0, []
    compared, findings = 0, []
    for position in told[-1]["positions"]:
        number = position["trade"]
        stored = after.state(number) if number in after.trades and after.is_position(number) else None
        if position["state"] is None or not after.trades.get(number, {}).get("is_open"):
            continue
        compared += 1
        names = [
            slot.name
            for slot in StateSlot
            if slot is not StateSlot.LAST_AT and (stored is None or stored[slot] != position["state"][slot])
        ]
        if names:
            findings.append(f"MEMORY trade {number}: {', '.join(names)} were not stored")
    return compared, findings


def closes_are_known(before: Snapshot, events: Sequence[Event], after: Snapshot) -> Iterator[str]:
    """Judge what a fill must leave behind even where the bot died before it could look at it.

    After the first loop the kill switch's memory knows its fills, and every closed trade has a reason of our table.
    """
    if not any(event["event"] == "loop ends" for event in events):
        return
    known = after.account.get("kill_switch_events") or []
    for number, trade in before.trades.items():
        for order in before.filled(number, entry=False):
            if not str(order["ft_order_tag"]).startswith("KILL_SWITCH"):
                continue
            filled = datetime.fromisoformat(order["order_filled_date"]).replace(tzinfo=UTC).timestamp()
            if not any(pair == trade["pair"] and abs(time - filled) < 1.0 for pair, time, _ in known):
                yield f"MEMORY of the kill switch: {order['ft_order_tag']} of trade {number} ({trade['pair']}) is not in it"
        is_closed = not trade["is_open"] and before.filled(number, entry=True)
        if is_closed and (number, REASON_KEY) not in after.custom and trade["exit_reason"] not in _REASONS:
            yield f"REASON trade {number} was closed for {trade['exit_reason']!r}, which no table knows"


def failures(events: Sequence[Event]) -> Iterator[str]:
    """Name the callbacks that have raised."""
    last = next((event for event in reversed(events) if event["event"] == "loop ends"), None)
    for callback, count in (last["failures"] if last else {}).items():
        yield f"FAILURE {callback} raised {count} times"
