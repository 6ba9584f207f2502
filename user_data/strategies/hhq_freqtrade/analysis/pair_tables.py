"""The tables of all pairs from their last analysis, and the ranking of their accepted signals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from hhq.arrays import BoolArray
from hhq_freqtrade.analysis.pair_table import RAW, PairTable, candle_before
from hhq_freqtrade.analysis.ranking import SignalRanking

_ROWS_NEEDED_LIVE = 12


class PairTables(Mapping[str, PairTable]):
    """Tables by pair. A running bot keeps only the newest rows, a backtest all of them."""

    def __init__(self, *, live: bool) -> None:
        self._live = live
        self._tables: dict[str, PairTable] = {}
        self.ranking = SignalRanking()

    def __getitem__(self, pair: str) -> PairTable:
        return self._tables[pair]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def take(self, table: PairTable, accepted: BoolArray) -> None:
        """Replace the table of a pair; ``accepted``, bool (rows,), marks the rows with an accepted signal."""
        self.ranking.record(table.pair, table.numbers, accepted, table.decision[RAW])
        self._tables[table.pair] = table.newest(_ROWS_NEEDED_LIVE) if self._live else table

    def drop(self, pair: str) -> None:
        """Drop a pair whose candles could not be analysed: an old signal must not be entered."""
        self._tables.pop(pair, None)
        self.ranking.forget(pair)

    def at(self, pair: str, number: int) -> tuple[PairTable, int] | None:
        """Return the table of a pair and its row for the candle with this clock number, None where there is none."""
        table = self._tables.get(pair)
        row = table.row_of(number) if table is not None else None
        return None if table is None or row is None else (table, row)

    def signal_candle(self, pair: str, now: datetime, stale_after: int) -> int:
        """Return the clock number of the candle whose signal Freqtrade acts on at ``now``.

        A running bot acts on its newest candle if that is less than ``stale_after`` candles old.
        """
        number = candle_before(now)
        table = self._tables.get(pair)
        if self._live and table is not None and table.numbers.size:
            newest = int(table.numbers[-1])
            if number - newest < stale_after:
                return newest
        return number

    def last_candle(self) -> int:
        """Return the clock number of the last candle of any pair, 0 without tables."""
        return max((int(table.numbers[-1]) for table in self._tables.values()), default=0)
