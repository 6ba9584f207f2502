"""Which of a candle's accepted signals get the free slots: highest raw sum first (docs/signal.md).

Freqtrade tries pairs in the order of its whitelist and knows no scores, so the strategy itself ranks the accepted pairs
of a candle, and refuses a pair at the entry while better ones would still fill the free slots.
"""

from __future__ import annotations

from collections.abc import Iterable

from hhq.arrays import BoolArray, FloatArray, IntArray


class SignalRanking:
    """Accepted signals: pair → clock number of the candle → raw sum."""

    def __init__(self) -> None:
        self._by_pair: dict[str, dict[int, float]] = {}

    def record(self, pair: str, numbers: IntArray, accepted: BoolArray, raw: FloatArray) -> None:
        """Replace the accepted candles of one pair; the arguments are arrays over its rows, (rows,)."""
        rows = accepted.nonzero()[0]
        self._by_pair[pair] = dict(zip(numbers[rows].tolist(), raw[rows].tolist(), strict=True))

    def forget(self, pair: str) -> None:
        """Drop the signals of a pair."""
        self._by_pair.pop(pair, None)

    def accepted_at(self, number: int) -> list[str]:
        """Return the pairs that have an accepted signal at this candle."""
        return [pair for pair, sums in self._by_pair.items() if number in sums]

    def better_than(self, pair: str, number: int, unavailable: Iterable[str]) -> list[str]:
        """Return the pairs that rank before ``pair`` at this candle, best first.

        Pairs in ``unavailable`` (already open or refused) do not count. Ties go by the pair's name, so that the order
        does not depend on the whitelist. A pair without an accepted signal ranks last.
        """
        skipped = {*unavailable, pair}
        own = (-self._by_pair.get(pair, {}).get(number, float("-inf")), pair)
        others = ((-sums[number], name) for name, sums in self._by_pair.items() if number in sums)
        return [
            name
            for key, name in sorted((key, key[1]) for key in others if key[1] not in skipped)
            if key < own
        ]

    def rank(self, pair: str, number: int) -> int:
        """Return the rank of ``pair`` among all accepted pairs of the candle, 1 = best; 0 = not accepted."""
        if number not in self._by_pair.get(pair, {}):
            return 0
        return len(self.better_than(pair, number, ())) + 1
