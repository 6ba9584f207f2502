"""A closed trade as it is shown: net of fees and funding, with its close reason in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from companion.store.trades import TradeRecord
from hhq.coins import base_of
from hhq.language import Language
from hhq.reason_sources import shown_as_it_is
from hhq.reasons import REASONS, describe, reason_named
from hhq_shared.trade_keys import STATE_KEY


@dataclass(frozen=True, slots=True)
class TradeView:
    """A closed trade: ``reason`` is the text, ``closeReason`` the code (as recorded, if it is none of ours).

    ``size`` in coins, money in USDT; ``net_pnl`` after ``fees`` (paid) and ``funding`` (received), ``gross_pnl`` before.
    ``forced``: a user asked for the entry; null where the strategy has stored nothing with the trade.
    ``roi_pct``: price move × leverage, gross; ``net_pct``: net PnL in % of the margin. ``category`` and ``icon`` belong to
    the code.
    """

    id: str
    bot: str
    trade_id: str
    pair: str
    symbol: str
    side: str
    size: float | None
    entry_price: float
    exit_price: float
    invested: float | None
    leverage: float | None
    opened_ms: int
    closed_ms: int
    gross_pnl: float | None
    fees: float | None
    funding: float | None
    net_pnl: float | None
    net_pct: float | None
    roi_pct: float | None
    score: float | None
    forced: bool | None
    closeReason: str  # noqa: N815 (the documented name)
    reason: str
    category: str | None
    icon: str | None
    origin: str


def trade_view(trade: TradeRecord, language: Language) -> TradeView:
    """A closed trade, with its close reason in words of ``language``."""
    roi = _roi(trade)
    reason = reason_named(trade.code)
    row = REASONS[reason] if reason else None
    return TradeView(
        id=f"{trade.bot}-{trade.trade_id}",
        bot=trade.bot,
        trade_id=trade.trade_id,
        pair=trade.pair,
        symbol=f"{base_of(trade.pair)}USDT",
        side="SHORT" if trade.side < 0 else "LONG",
        size=trade.size,
        entry_price=trade.entry_price,
        exit_price=trade.exit_price,
        invested=trade.stake,
        leverage=trade.leverage,
        opened_ms=trade.opened_ms,
        closed_ms=trade.closed_ms,
        gross_pnl=trade.gross_pnl,
        fees=trade.fees,
        funding=trade.funding,
        net_pnl=trade.net_pnl,
        net_pct=_share(trade.net_pnl, trade.stake),
        roi_pct=roi if math.isfinite(roi) else None,
        score=trade.score,
        forced=_forced(trade),
        closeReason=trade.code or trade.reason,
        reason=_text(trade, language, roi),
        category=row.category.value if row else None,
        icon=row.icon if row else None,
        origin=trade.origin,
    )


def _roi(trade: TradeRecord) -> float:
    if not trade.entry_price > 0.0 or trade.leverage is None:
        return math.nan
    return trade.side * (trade.exit_price / trade.entry_price - 1.0) * 100.0 * trade.leverage


def _forced(trade: TradeRecord) -> bool | None:
    known = "settings_snapshot" in trade.snapshot
    return trade.snapshot.get("forced") is True if known else None


def _share(part: float | None, of: float | None) -> float | None:
    return 100.0 * part / of if part is not None and of else None


def _text(trade: TradeRecord, language: Language, roi: float) -> str:
    if not trade.code or shown_as_it_is(trade.reason):
        return trade.reason or trade.code
    state = trade.snapshot.get(STATE_KEY)
    first, full = (_stored(state, name) for name in ("kill_first_roi_pct", "kill_full_roi_pct"))
    return describe(trade.code, language, price=trade.exit_price, roi=roi, first=first, full=full)


def _stored(state: Any, name: str) -> float:
    value = state.get(name) if isinstance(state, Mapping) else None
    return float(value) if isinstance(value, int | float) else math.nan
