"""How the close reasons of Freqtrade and of older records are read (docs/close-reasons.md)."""

from __future__ import annotations

from typing import NamedTuple

from hhq.reasons import REASONS, CloseReason, reason_named


class ReadReason(NamedTuple):
    """A reason as read: ``code`` is None when it is unknown; ``text`` is what was recorded."""

    code: CloseReason | None
    text: str


FREQTRADE_REASONS = {
    "roi": CloseReason.TP_HIT,
    "stop_loss": CloseReason.SL_HIT,
    "stoploss_on_exchange": CloseReason.SL_HIT,
    "trailing_stop_loss": CloseReason.TRAILING_STOP,
    "liquidation": CloseReason.LIQUIDATION,
    "exit_signal": CloseReason.SIGNAL,
    "force_exit": CloseReason.MANUAL,
    "emergency_exit": CloseReason.EMERGENCY_SL,
    "custom_exit": CloseReason.SIGNAL,
    "partial_exit": CloseReason.MANUAL,
    "sold_on_exchange": CloseReason.EXTERNAL,
}
"""What Freqtrade's own reasons mean when the position's state knows no better."""

ASKS_LEVEL = frozenset({"stop_loss", "stoploss_on_exchange", "trailing_stop_loss"})
"""Reasons of Freqtrade that mean the level at which the position's stop was resting."""
ASKS_PENDING = frozenset({"force_exit", "custom_exit", "partial_exit"})
"""Reasons of Freqtrade that mean whatever was decided before the order was placed, if anything was."""

LEGACY_CODES = {
    "TP": CloseReason.TP_HIT,
    "TRAILING": CloseReason.TRAILING_STOP,
    "TRAIL_SL_HIT": CloseReason.TRAILING_STOP,
    "EARLY_TRAIL": CloseReason.TRAILING_STOP,
    "BREAKEVEN_CLOSE": CloseReason.BREAKEVEN,
    "External Close (Binance)": CloseReason.EXTERNAL,
    "Synced from Binance": CloseReason.EXTERNAL,
    "Binance PnL": CloseReason.EXTERNAL,
    "RESCUE": CloseReason.RECOVERY_EXIT,
}
"""Codes of older records and the close reason that each of them means."""
LEGACY_STOPS = frozenset({"SL", "SL1", "STOP_LOSS"})
"""Codes of older records for any stop, whether it closed at a loss or a profit."""


def from_freqtrade(
    reason: str, *, level: CloseReason | None = None, pending: CloseReason | None = None
) -> ReadReason:
    """Read an exit reason of Freqtrade.

    ``level`` is the code of the stop that was resting (Freqtrade calls every moved stop a trailing stop);
    ``pending`` the close or reduction that was decided before the order was placed. A custom exit carries the
    code itself. An unknown reason is kept as text.
    """
    if reason in ASKS_LEVEL and level is not None:
        return ReadReason(level, reason)
    if reason in ASKS_PENDING and pending is not None:
        return ReadReason(pending, reason)
    return ReadReason(FREQTRADE_REASONS.get(reason) or reason_named(reason), reason)


def from_legacy(code: str, net_result: float) -> ReadReason:
    """Read the code of an imported trade; the sign of ``net_result`` (any unit, net of fees and funding) tells
    a stop at a loss from one at a profit.

    A text that begins like one of the table's (emoji and word) and an unknown code are kept unchanged.
    """
    if code in LEGACY_STOPS:
        return ReadReason(CloseReason.SL_HIT if net_result < 0 else CloseReason.TRAILING_STOP, code)
    return ReadReason(LEGACY_CODES.get(code) or reason_named(code), code)


def shown_as_it_is(text: str) -> bool:
    """Return whether ``text`` begins like one of the table's texts: it is a text for users already."""
    return text.startswith(PREFIXES)


def _prefixes() -> tuple[str, ...]:
    texts = [text for row in REASONS.values() for text in (row.turkish, row.english)]
    return tuple(sorted({" ".join(text.split()[:2]) for text in texts}))


PREFIXES = _prefixes()
"""How the table's texts begin: emoji and word."""
