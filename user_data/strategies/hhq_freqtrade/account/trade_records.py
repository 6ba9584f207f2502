"""What the strategy stores with a trade, in a database that may refuse."""

from __future__ import annotations

from freqtrade.persistence import LocalTrade

from hhq_freqtrade.account.patient_session import NotStoredError


def store_with(trade: LocalTrade, key: str, value: object) -> bool:
    """Store a value with a trade; False where the database refuses, which DiskRoom reports."""
    try:
        trade.set_custom_data(key, value)
    except NotStoredError:
        return False
    return True
