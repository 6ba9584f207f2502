"""A channel of one document with named fields: the funnel, the accounts."""

from __future__ import annotations

from collections.abc import Mapping

from companion.feed.channel import Channel
from companion.ground.plain import Json


class DocumentChannel(Channel):
    """Snapshot: ``fields``. Delta: the ``fields`` that changed, ``gone`` as names of those no longer there."""

    def __init__(self, name: str, backlog: int) -> None:
        super().__init__(name, backlog)
        self._fields: dict[str, Json] = {}

    def publish(self, fields: Mapping[str, Json]) -> bool:
        """Take the whole document as it is now; return whether anything changed."""
        change = {
            key: value
            for key, value in fields.items()
            if key not in self._fields or self._fields[key] != value
        }
        gone: list[Json] = [key for key in self._fields if key not in fields]
        if not (change or gone):
            return False
        self._fields = dict(fields)
        self._append({"fields": change, "gone": gone} if gone else {"fields": change})
        return True

    def fields(self) -> Mapping[str, Json]:
        """The document as it is now."""
        return self._fields

    def _state(self) -> Mapping[str, Json]:
        return {"fields": self._fields}
