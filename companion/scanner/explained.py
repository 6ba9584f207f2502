"""Why a coin of a scan gave a signal, or none."""

from __future__ import annotations

from companion.scanner.latest_scan import Scan
from hhq.explain.candle import Candle
from hhq.explain.explanation import explain
from hhq.explain.tree import Explanation
from hhq.language import Language


def explained(scan: Scan, name: str, language: Language = Language.ENGLISH) -> Explanation | None:
    """The full explanation of a coin, by pair or symbol in its exact spelling; None for an unknown coin.

    Steps with their reasons, points of every layer, factors of the leverage, stop, target and trail at the entry price:
    all by the core, from exactly what the decision read.
    """
    row = row_of(scan, name)
    if row is None:
        return None
    candle = Candle.of(scan.block, scan.market, scan.coins, scan.decisions, scan.settings, coin=row, bar=0)
    return explain(candle, language)


def row_of(scan: Scan, name: str) -> int | None:
    """The row of a pair or symbol in its exact spelling; None for an unknown one."""
    column = scan.columns["pair" if "/" in name else "symbol"]
    return column.index(name) if name in column else None
