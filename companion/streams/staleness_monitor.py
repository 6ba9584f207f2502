"""Which coins must not be decided now, and why."""

from __future__ import annotations

from collections.abc import Iterable

from companion.market.memory import MarketMemory
from companion.streams.counters import Counters
from companion.streams.status import BackfillStatus, Staleness


class StalenessMonitor:
    """Keeps ``MarketMemory.stale``: a coin is in it as long as there is any reason."""

    def __init__(self, market: MarketMemory, counters: Counters) -> None:
        self._market = market
        self._counters = counters
        # Left stale by whoever kept the memory up to date before: they have to be checked.
        self._reasons: dict[int, set[Staleness]] = {row: {Staleness.LOST} for row in market.stale}

    def mark(self, row: int, reason: Staleness) -> None:
        """Mark the coin stale for this reason, besides any others."""
        reasons = self._reasons.setdefault(row, set())
        if reason not in reasons:
            reasons.add(reason)
            self._market.stale.add(row)
            self._counters.add(f"stale_{reason.name.lower()}")

    def clear(self, row: int, reason: Staleness) -> None:
        """Clear this reason; a coin without any is fresh."""
        reasons = self._reasons.get(row)
        if reasons is None or reason not in reasons:
            return
        reasons.discard(reason)
        if not reasons:
            self.forget(row)
            self._counters.add("fresh_again")

    def settle(self, rows: Iterable[int], reason: Staleness, held: Iterable[int]) -> None:
        """Let the reason apply to ``rows``, and no longer to other rows that it ``held`` for."""
        now = set(rows)
        for row in now:
            self.mark(row, reason)
        for row in set(held) - now:
            self.clear(row, reason)

    def forget(self, row: int) -> None:
        """Drop all reasons of the coin: it is fresh, or no longer traded."""
        self._reasons.pop(row, None)
        self._market.stale.discard(row)

    def has(self, row: int, reason: Staleness) -> bool:
        """Whether a reason applies to a coin."""
        return reason in self._reasons.get(row, ())

    def rows(self, reason: Staleness) -> list[int]:
        """Rows to which a reason applies."""
        return [row for row, reasons in self._reasons.items() if reason in reasons]

    def backfill_status(self) -> BackfillStatus:
        """How many of the traded coins have their whole window of candles."""
        trading = self._market.universe.trading_rows
        incomplete = set(self.rows(Staleness.BACKFILL))
        return BackfillStatus(sum(row not in incomplete for row in trading), len(trading))

    def reasons(self) -> dict[str, tuple[Staleness, ...]]:
        """Reasons by pair."""
        coin = self._market.universe.coin
        return {
            coin(row).pair: tuple(sorted(reasons, key=lambda reason: reason.name))
            for row, reasons in sorted(self._reasons.items())
        }
