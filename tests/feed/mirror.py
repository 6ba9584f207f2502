"""A client that keeps a copy of every channel, as docs/feed.md describes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


class MissedNumberError(Exception):
    """A delta does not follow what the client has."""


@dataclass
class Mirror:
    """What a client knows: tables by key, entries, fields, and the number of each channel."""

    sequence: dict[str, int] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)
    tables: dict[str, dict[int, list[Any]]] = field(default_factory=dict)
    entries: dict[str, list[Any]] = field(default_factory=dict)
    fields: dict[str, dict[str, Any]] = field(default_factory=dict)
    snapshots: int = 0

    def take(self, text: str) -> dict[str, Any]:
        """Apply a frame and return it decoded."""
        message: dict[str, Any] = json.loads(text)
        if message["type"] == "snapshot":
            self._snapshot(message)
        elif message["type"] == "delta":
            self._delta(message)
        return message

    def table(self, channel: str) -> dict[str, list[Any]]:
        """The rows of a table channel by key."""
        return {row[0]: row[1:] for row in self.tables[channel].values()}

    def _snapshot(self, message: dict[str, Any]) -> None:
        channel = message["channel"]
        self.snapshots += 1
        self.sequence[channel] = message["seq"]
        if "rows" in message:
            self.columns[channel] = message["columns"]
            self.tables[channel] = {row[0]: row[1:] for row in message["rows"]}
        if "entries" in message:
            self.entries[channel] = list(message["entries"])
        if "fields" in message:
            self.fields[channel] = dict(message["fields"])

    def _delta(self, message: dict[str, Any]) -> None:
        channel = message["channel"]
        if message["seq"] != self.sequence[channel] + 1:
            raise MissedNumberError(f"{channel}: {message['seq']} after {self.sequence[channel]}")
        self.sequence[channel] = message["seq"]
        for number, *pairs in message.get("set", ()):
            row = self.tables[channel][number]
            for column, value in zip(pairs[::2], pairs[1::2], strict=True):
                row[column + 1] = value
        for number, *row in message.get("add", ()):
            self.tables[channel][number] = row
        for number in message.get("gone", ()):
            if channel in self.tables:
                del self.tables[channel][number]
            else:
                del self.fields[channel][number]
        if "entries" in message:
            self.entries[channel] += message["entries"]
        if "fields" in message:
            self.fields[channel].update(message["fields"])
