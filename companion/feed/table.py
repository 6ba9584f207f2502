"""A channel of keyed rows with fixed columns: coins, positions."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from companion.feed.channel import Channel
from companion.feed.pieces import Pieces, finished
from companion.ground.plain import Json, Row

_ROWS_A_PIECE = 128


class TableChannel(Channel):
    """Rows by key. A row keeps its number for as long as the channel exists.

    Snapshot: ``columns``, and ``rows`` as ``[number, key, value, …]``. Delta: ``set`` as ``[number, column, value, column,
    value, …]`` with column indices from 0 and only what changed, ``add`` as rows of a snapshot, ``gone`` as numbers.
    """

    def __init__(self, name: str, backlog: int, columns: Sequence[str]) -> None:
        super().__init__(name, backlog)
        self.columns = tuple(columns)
        self._numbers: dict[str, int] = {}
        self._rows: dict[str, Row] = {}

    def publish(self, rows: Mapping[str, Row]) -> bool:
        """Take the whole table as it is now; return whether anything changed.

        Raises ValueError for a row without exactly one value per column.
        """
        return finished(self.publishing(rows))

    def publishing(self, rows: Mapping[str, Row]) -> Pieces[bool]:
        """What :meth:`publish` does, in pieces; nothing of it shows before the last one."""
        width = len(self.columns)
        add: list[Json] = []
        change: list[Json] = []
        for place, (key, row) in enumerate(rows.items(), 1):
            if place % _ROWS_A_PIECE == 0:
                yield
            if len(row) != width:
                raise ValueError(f"{self.name}: row {key} has {len(row)} values, {width} wanted")
            before = self._rows.get(key)
            if before is None:
                number = self._numbers.setdefault(key, len(self._numbers))
                add.append([number, key, *row])
            elif before != row:
                change.append(_changed(self._numbers[key], before, row))
        gone: list[Json] = [self._numbers[key] for key in self._rows if key not in rows]
        if not (add or change or gone):
            return False
        yield
        self._rows = dict(rows)
        parts: dict[str, Json] = {"set": change, "add": add, "gone": gone}
        self._append({name: part for name, part in parts.items() if part})
        return True

    def objects(self, column: str = "", among: Container[Json] = ()) -> list[dict[str, Json]]:
        """The rows as objects with their key under ``id``, in the order of the last publication.

        With a ``column``, only those whose value in it is ``among`` these.
        """
        rows = self._rows.items()
        if column:
            place = self.columns.index(column)
            rows = {key: row for key, row in rows if row[place] in among}.items()
        return [{"id": key, **dict(zip(self.columns, row, strict=True))} for key, row in rows]

    def _state(self) -> Mapping[str, Json]:
        rows: list[Json] = [[self._numbers[key], key, *row] for key, row in self._rows.items()]
        return {"columns": self.columns, "rows": rows}


def _changed(number: int, before: Row, row: Row) -> list[Json]:
    result: list[Json] = [number]
    for column, (old, value) in enumerate(zip(before, row, strict=True)):
        if old != value:
            result += (column, value)
    return result
