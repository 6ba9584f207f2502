"""Freqtrade's log file, followed while it grows, and the lines of it that a person wants to see."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from companion.demo import log_lines

_NOTICE = re.compile(r"'type': (?P<type>entry|entry_fill|entry_cancel|exit_fill|protection_trigger\w*)\b")
_FIELD = "'{name}': (?:'(?P<quoted>[^']*)'|(?P<bare>[^,}}]+))"
_RUNNING = re.compile(r"Changing state(?: from: \w+)? to: RUNNING")
_GUARDS = ("SL_GUARD:",)


@dataclass
class LogFollower:
    """Complete lines as they are written; survives the rotation of the file."""

    path: Path
    _inode: int = 0
    _position: int = 0
    _rest: bytes = b""
    _lines: list[str] = field(default_factory=list)

    def read(self) -> list[str]:
        """Lines completed since the last call; none while the file does not exist."""
        try:
            with self.path.open("rb") as file:
                status = os.fstat(file.fileno())
                if status.st_ino != self._inode or status.st_size < self._position:
                    self._inode, self._position, self._rest = status.st_ino, 0, b""
                file.seek(self._position)
                fresh = file.read()
        except FileNotFoundError:
            return []
        self._position += len(fresh)
        *complete, self._rest = (self._rest + fresh).split(b"\n")
        return [line.decode("utf-8", "replace") for line in complete]


def says_running(line: str) -> bool:
    """Whether the bot says in `line` that it is RUNNING."""
    return _RUNNING.search(line) is not None


def shown(line: str) -> str | None:
    """What is shown of a line of the log: signals, entries, exits, guards and errors; None for the rest."""
    return log_lines.shown(line, _told)


def _told(logger: str, level: str, text: str) -> str | None:
    if text.startswith("SCORE_PASS: "):
        return f"signal  {text.removeprefix('SCORE_PASS: ')}"
    if text.startswith(_GUARDS) or logger == "hhq.guard":
        return f"guard   {text}"
    if text.startswith("Sending rpc message: "):
        return _notice(text)
    if level in ("ERROR", "CRITICAL"):
        return f"error   {logger}: {text}"
    return None


def _notice(text: str) -> str | None:
    match = _NOTICE.search(text)
    if match is None:
        return None
    kind, pair = match["type"], _field(text, "pair")
    if kind.startswith("protection_trigger"):
        return f"guard   {pair} locked until {_field(text, 'lock_end_time')}: {_field(text, 'reason')}"
    side = _field(text, "direction").upper()
    if kind == "entry":
        return f"order   {pair} {side} limit {_field(text, 'limit')}, leverage {_field(text, 'leverage')}"
    if kind == "entry_fill":
        return f"entry   {pair} {side} at {_field(text, 'open_rate')}, leverage {_field(text, 'leverage')}"
    if kind == "entry_cancel":
        return f"cancel  {pair} {side}: {_field(text, 'reason')}"
    profit = _field(text, "profit_ratio")
    percent = f"{float(profit):+.2%}" if profit else "?"
    reason, rate = _field(text, "exit_reason"), _field(text, "close_rate")
    return f"exit    {pair} {side} {reason} at {rate}: {percent} of the stake"


def _field(text: str, name: str) -> str:
    """Value of `name` in a printed dictionary; empty if it is not there."""
    match = re.search(_FIELD.format(name=name), text)
    if match is None:
        return ""
    return match["quoted"] if match["quoted"] is not None else match["bare"].strip()
