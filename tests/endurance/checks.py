"""What must be true of what a killed bot leaves behind, and of what the next one makes of it. Each finding is a sentence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations

from hhq.exits.slots import StateSlot
from tests.endurance.snapshot import REASON_KEY, SIGNAL_KEY, STATE_KEY, Row, Snapshot

ONCE = ("TP1", "TP2", "TP3", "TIME_REDUCE_4H", "TIME_REDUCE_8H", "KILL_SWITCH_PARTIAL")
"""Tags of the reductions that a trade may see only once."""
_FLAGS = (
    StateSlot.KILL_PARTIAL_DONE,
    StateSlot.FIRST_REDUCTION_DONE,
    StateSlot.SECOND_REDUCTION_DONE,
    StateSlot.PARTIALS_DONE,
    StateSlot.TRAIL_ACTIVE,
    StateSlot.RECOVERY_STAGE,
)
_FIXED = (
    StateSlot.ENTRY,
    StateSlot.SIDE,
    StateSlot.LEVERAGE,
    StateSlot.OPENED_AT,
    StateSlot.ATR_1H,
    StateSlot.STOP_WIDTH,
    StateSlot.KILL_FIRST_ROI_PCT,
    StateSlot.KILL_FULL_ROI_PCT,
)
_HAIR = 1e-9


def left_behind(snapshot: Snapshot) -> Iterator[str]:
    """Judge a snapshot by itself."""
    yield from (f"DAMAGE {damage}" for damage in snapshot.damage)
    yield from _entered_once(snapshot)
    for number in snapshot.trades:
        yield from _orders_add_up(snapshot, number)
        yield from _signal_is_known(snapshot, number)
    yield from _locked_once(snapshot)


def _entered_once(snapshot: Snapshot) -> Iterator[str]:
    pairs = Counter(trade["pair"] for trade in snapshot.trades.values() if trade["is_open"])
    yield from (f"TWICE {pair} is open {count} times" for pair, count in pairs.items() if count > 1)
    signals: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for (trade, key), record in snapshot.custom.items():
        if key == SIGNAL_KEY and snapshot.trades[trade]["enter_tag"] != "force_entry":
            signals[record["pair"], record["candle"]].append(trade)
    for (pair, candle), trades in signals.items():
        if len(trades) > 1:
            yield f"TWICE the signal of {pair} at candle {candle} was entered by trades {trades}"


def _orders_add_up(snapshot: Snapshot, number: int) -> Iterator[str]:
    entries, exits = snapshot.filled(number, entry=True), snapshot.filled(number, entry=False)
    if len(entries) > 1:
        yield f"TWICE trade {number} has {len(entries)} filled entries"
    for tag, count in Counter(order["ft_order_tag"] for order in exits).items():
        if tag in ONCE and count > 1:
            yield f"TWICE {tag} fired {count} times in trade {number}"
    bought, sold = _amount(entries), _amount(exits)
    if sold > bought * (1.0 + _HAIR):
        yield f"AMOUNT trade {number} has closed {sold} of {bought}"
    waiting = [order for order in snapshot.orders_of(number) if order["ft_is_open"]]
    if len(waiting) > 1:
        yield f"TWICE trade {number} has {len(waiting)} orders waiting"
    is_whole = abs(sold - bought) <= bought * _HAIR
    if not snapshot.trades[number]["is_open"] and not is_whole:
        yield f"AMOUNT trade {number} is closed with {sold} of {bought}"


def _amount(orders: list[Row]) -> float:
    return float(sum(order["filled"] for order in orders))


def _signal_is_known(snapshot: Snapshot, number: int) -> Iterator[str]:
    """From the placing of the order on, the signal's record waits in the state file or is stored with the trade."""
    trade = snapshot.trades[number]
    if (number, SIGNAL_KEY) in snapshot.custom:
        return
    waiting = snapshot.account.get("waiting", {}).get(trade["pair"])
    has_fill = bool(snapshot.filled(number, entry=True))
    if waiting is None and (trade["is_open"] or has_fill):
        yield f"SIGNAL the record of trade {number} ({trade['pair']}) is lost"
    if waiting is not None and waiting.get("record") is None:
        yield f"SIGNAL what waits for trade {number} ({trade['pair']}) has no record"


def _locked_once(snapshot: Snapshot) -> Iterator[str]:
    """A guard's lock of a given scope and text exists once at a time."""
    same: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for lock in snapshot.locks.values():
        if lock["active"]:
            same[lock["pair"], lock["reason"] or ""].append(lock)
    for (pair, reason), locks in same.items():
        for first, second in combinations(sorted(locks, key=lambda lock: str(lock["lock_time"])), 2):
            if (
                second["lock_time"] < first["lock_end_time"]
                and second["lock_end_time"] <= first["lock_end_time"]
            ):
                yield f"LOCK {pair} was locked again for {reason!r} while it was locked"


def survived(before: Snapshot, after: Snapshot) -> Iterator[str]:
    """Judge what became of the older snapshot in the later one."""
    for number, trade in before.trades.items():
        if number not in after.trades:
            if before.filled(number, entry=True):
                yield f"LOST trade {number}"
            continue
        yield from _trade_survived(before, after, number, is_over=not trade["is_open"])
    for number, lock in before.locks.items():
        now = after.locks.get(number)
        if now is None or now["lock_end_time"] != lock["lock_end_time"]:
            yield f"LOST lock {number} of {lock['pair']} ({lock['reason']})"
    yield from _account_survived(before.account, after.account)


def _trade_survived(before: Snapshot, after: Snapshot, number: int, *, is_over: bool) -> Iterator[str]:
    if is_over and before.trades[number] != after.trades[number]:
        yield f"CHANGED trade {number} was closed already"
    if is_over and len(before.orders_of(number)) != len(after.orders_of(number)):
        yield f"CHANGED trade {number} was closed already and has other orders now"
    for key in (STATE_KEY, SIGNAL_KEY, REASON_KEY):
        if (number, key) in before.custom and (number, key) not in after.custom:
            yield f"LOST {key} of trade {number}"
    old, now = before.state(number), after.state(number)
    if old is None or now is None:
        return
    for slot in _FLAGS:
        if float.fromhex(now[slot]) < float.fromhex(old[slot]):
            yield f"BACK {slot.name} of trade {number}: {_number(old[slot])} became {_number(now[slot])}"
    for slot in _FIXED:
        if now[slot] != old[slot]:
            yield f"CHANGED {slot.name} of trade {number}: {_number(old[slot])} became {_number(now[slot])}"
    side = float.fromhex(old[StateSlot.SIDE])
    for slot in (StateSlot.STOP, StateSlot.PEAK):
        if side * float.fromhex(now[slot]) < side * float.fromhex(old[slot]):
            yield f"BACK {slot.name} of trade {number}: {_number(old[slot])} became {_number(now[slot])}"
    if float.fromhex(now[StateSlot.REMAINING]) > float.fromhex(old[StateSlot.REMAINING]):
        yield f"BACK REMAINING of trade {number} grew"


def _number(text: str) -> str:
    return f"{float.fromhex(text):.10g}"


def _account_survived(before: Row, after: Row) -> Iterator[str]:
    peaks = dict(after.get("peak_equity") or [])
    for day, value in before.get("peak_equity") or []:
        if peaks.get(day, 0.0) < value:
            yield f"BACK peak equity of day {day}: {value} became {peaks.get(day)}"
    old, now = before.get("daily_loss"), after.get("daily_loss")
    if old and (now is None or now[0] < old[0] or (now[0] == old[0] and now[1] != old[1])):
        yield f"CHANGED day's start {old} became {now}"
    events = after.get("kill_switch_events") or []
    for event in before.get("kill_switch_events") or []:
        if event not in events:
            yield f"LOST kill switch event {event}"
    twice = Counter(map(tuple, events))
    yield from (f"TWICE kill switch event {event}" for event, count in twice.items() if count > 1)
