"""Whether a position was lost or invented: Freqtrade's database against what the companion shows and has stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from tests.day.locks import seconds
from tests.endurance.snapshot import Snapshot

_HAIR = 1e-6
LASTING_SECONDS = 300.0
"""Simulated time for which the companion, which asks the bot again and again, may be behind."""


class Picture(NamedTuple):
    """The database, and what the companion shows and has stored, one after the other."""

    snapshot: Snapshot
    shown: list[dict[str, Any]]
    history: list[dict[str, Any]]

    def differs(self) -> bool:
        """Whether a position or a closed trade is not the same in all of them."""
        return bool(open_differences(self.snapshot, self.shown)) or any(
            history_differences(self.snapshot, self.history)
        )


def settled(pictures: Iterable[Picture], is_late: Callable[[], bool]) -> Picture:
    """Return the first picture without a difference, or the one after which the companion may be behind no more.

    A trade that closes while the last picture is taken is in one part of it and not yet in the other.
    """
    for picture in pictures:
        if not picture.differs() or is_late():
            return picture
    raise ValueError("no picture was taken")


def open_differences(snapshot: Snapshot, shown: Iterable[Mapping[str, Any]]) -> set[str]:
    """What the companion shows of open positions otherwise than the database: sentences."""
    stored = {number: trade for number, trade in snapshot.trades.items() if snapshot.is_position(number)}
    seen = {int(each["trade_id"]): each for each in shown if each["size"] > 0}
    lost = {
        f"trade {number} of {stored[number]['pair']} is not shown" for number in stored.keys() - seen.keys()
    }
    invented = {
        f"trade {number} of {seen[number]['pair']} is shown" for number in seen.keys() - stored.keys()
    }
    other = {
        f"trade {number} of {stored[number]['pair']} has another size"
        for number in stored.keys() & seen.keys()
        if abs(seen[number]["size"] - stored[number]["amount"]) > _HAIR * stored[number]["amount"]
    }
    return lost | invented | other


class Lasting:
    """Differences that stay: what is gone at the next look was only late."""

    def __init__(self, patience: float = LASTING_SECONDS) -> None:
        self._patience = patience
        self._since: dict[str, float] = {}
        self.longest = 0.0
        """Longest time, s, that a difference has lasted."""
        self.found: set[str] = set()

    def look(self, now: float, differences: Iterable[str]) -> None:
        """Take in what differs at ``now`` (s)."""
        self._since = {text: self._since.get(text, now) for text in differences}
        for text, since in self._since.items():
            self.longest = max(self.longest, now - since)
            if now - since > self._patience:
                self.found.add(text)

    def forget(self) -> None:
        """Begin anew: what differed until now had a reason."""
        self._since = {}


def history_differences(snapshot: Snapshot, stored: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """What the companion's history holds otherwise than the database: every closed trade once, with its result."""
    found: dict[str, Mapping[str, Any]] = {}
    for trade in stored:
        if trade["trade_id"] in found:
            yield f"history: trade {trade['trade_id']} is there twice"
        found[trade["trade_id"]] = trade
    for number, trade in snapshot.trades.items():
        if trade["is_open"]:
            continue
        opened = int(seconds(trade["open_date"]) * 1000)
        key = f"{number}-{opened}"
        known = found.pop(key, None)
        if known is None:
            yield f"history: trade {key} of {trade['pair']} is missing"
        elif abs((known["net_pnl"] or 0.0) - (trade["close_profit_abs"] or 0.0)) > _HAIR:
            yield f"history: trade {key} of {trade['pair']} has another result"
    yield from (f"history: trade {key} is not in the database" for key in found)
