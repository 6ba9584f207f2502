"""Close reasons: codes, categories, texts in both languages. A trade stores the code; texts are made when shown.

:mod:`hhq.reason_sources` reads the reasons of other systems.
"""

from __future__ import annotations

import math
from enum import IntEnum, StrEnum
from typing import NamedTuple

from hhq.language import Language, with_separators


class CloseReason(IntEnum):
    """Why a position, or a part of it, was closed. The name is what is stored; the numbers never change."""

    SL_HIT = 1
    EMERGENCY_SL = 2
    LIQUIDATION = 3
    TP_HIT = 4
    TP1 = 5
    TP2 = 6
    TP3 = 7
    TRAILING_STOP = 8
    BREAKEVEN = 9
    KILL_SWITCH_PARTIAL = 10
    KILL_SWITCH_FULL = 11
    TIME_REDUCE_4H = 12
    TIME_REDUCE_8H = 13
    TIME_GRADUAL = 14
    TIME_FORCE = 15
    ADVERSE_TIME_EXIT = 16
    RECOVERY_EXIT = 17
    RECOVERY_CLOSE_ALL = 18
    SIGNAL_REVERSAL_PROFIT = 19
    SIGNAL = 20
    MANUAL = 21
    EXTERNAL = 22
    END = 23
    DELISTING = 24


class ReasonCategory(StrEnum):
    """Family of a close reason."""

    STOP = "stop"
    EMERGENCY = "emergency"
    TARGET = "target"
    TRAIL = "trail"
    BREAKEVEN = "breakeven"
    KILL = "kill"
    TIME = "time"
    ADVERSE = "adverse"
    RECOVERY = "recovery"
    SIGNAL = "signal"
    MANUAL = "manual"
    EXTERNAL = "external"
    SYSTEM = "system"
    DELISTING = "delisting"


class ReasonRow(NamedTuple):
    """A row of the table: {price}, {roi}, {first} and {full} are filled in when the text is shown."""

    category: ReasonCategory
    icon: str
    turkish: str
    english: str


def _target_step(n: int) -> ReasonRow:
    return ReasonRow(
        ReasonCategory.TARGET,
        "✅",
        f"🟢 TP: TP{n} seviyesi @ {{price}} (%25)",
        f"🟢 TP: TP{n} level @ {{price}} (25 %)",
    )


def _time_reduction(n: int) -> ReasonRow:
    return ReasonRow(
        ReasonCategory.TIME,
        "⏰",
        f"⏰ TIME: {n} saat kuralı (-%10 azaltma)",
        f"⏰ TIME: {n} h rule (reduced by 10 %)",
    )


REASONS: dict[CloseReason, ReasonRow] = {
    CloseReason.SL_HIT: ReasonRow(
        ReasonCategory.STOP,
        "🔴",
        "🔴 SL: Ana SL tetiklendi @ {price} ({roi})",
        "🔴 SL: stop loss hit @ {price} ({roi})",
    ),
    CloseReason.EMERGENCY_SL: ReasonRow(
        ReasonCategory.EMERGENCY,
        "🚨",
        "🚨 EMERGENCY: -%15 acil çıkış ({roi})",
        "🚨 EMERGENCY: −15 % emergency exit ({roi})",
    ),
    CloseReason.LIQUIDATION: ReasonRow(
        ReasonCategory.EMERGENCY, "🚨", "🚨 LİKİDASYON @ {price}", "🚨 LIQUIDATION @ {price}"
    ),
    CloseReason.TP_HIT: ReasonRow(
        ReasonCategory.TARGET,
        "🟢",
        "🟢 TP: Take Profit @ {price} ({roi})",
        "🟢 TP: take profit @ {price} ({roi})",
    ),
    CloseReason.TP1: _target_step(1),
    CloseReason.TP2: _target_step(2),
    CloseReason.TP3: _target_step(3),
    CloseReason.TRAILING_STOP: ReasonRow(
        ReasonCategory.TRAIL,
        "📈",
        "📈 TRAIL: Takip eden stop tetiklendi ({roi})",
        "📈 TRAIL: trailing stop hit ({roi})",
    ),
    CloseReason.BREAKEVEN: ReasonRow(
        ReasonCategory.BREAKEVEN,
        "🔒",
        "🔒 BREAKEVEN: Başabaş stop ({roi})",
        "🔒 BREAKEVEN: breakeven stop ({roi})",
    ),
    CloseReason.KILL_SWITCH_PARTIAL: ReasonRow(
        ReasonCategory.KILL,
        "⚠️",
        "⚠️ KILL: Margin kaybı ≥%{first} → %50 küçültme",
        "⚠️ KILL: margin loss ≥ {first} % → reduced by half",
    ),
    CloseReason.KILL_SWITCH_FULL: ReasonRow(
        ReasonCategory.KILL,
        "🚨",
        "🚨 KILL: Margin kaybı ≥%{full} → tam kapatma",
        "🚨 KILL: margin loss ≥ {full} % → closed",
    ),
    CloseReason.TIME_REDUCE_4H: _time_reduction(4),
    CloseReason.TIME_REDUCE_8H: _time_reduction(8),
    CloseReason.TIME_GRADUAL: ReasonRow(
        ReasonCategory.TIME,
        "⏳",
        "⏳ TIME: 12s+ ve 0,3 ATR geri çekilme",
        "⏳ TIME: 12 h+ and 0.3 ATR pullback",
    ),
    CloseReason.TIME_FORCE: ReasonRow(
        ReasonCategory.TIME,
        "⌛",
        "⌛ TIME: 48 saat → zorunlu kapatma",
        "⌛ TIME: 48 h → forced close",
    ),
    CloseReason.ADVERSE_TIME_EXIT: ReasonRow(
        ReasonCategory.ADVERSE, "⚡", "⚡ ADVERSE: 8s+ zararda", "⚡ ADVERSE: in loss for 8 h+"
    ),
    CloseReason.RECOVERY_EXIT: ReasonRow(
        ReasonCategory.RECOVERY,
        "🔄",
        "🔄 RECOVERY: Başabaşa dönüş",
        "🔄 RECOVERY: back to breakeven",
    ),
    CloseReason.RECOVERY_CLOSE_ALL: ReasonRow(
        ReasonCategory.RECOVERY,
        "🔄",
        "🔄 RECOVERY: Portföy toparlandı → tümü kapatıldı",
        "🔄 RECOVERY: portfolio recovered → all closed",
    ),
    CloseReason.SIGNAL_REVERSAL_PROFIT: ReasonRow(
        ReasonCategory.SIGNAL,
        "↩️",
        "↩️ REVERSAL: Kârda iken sinyal döndü",
        "↩️ REVERSAL: signal turned while in profit",
    ),
    CloseReason.SIGNAL: ReasonRow(
        ReasonCategory.SIGNAL, "📊", "📊 SIGNAL: Çıkış sinyali", "📊 SIGNAL: exit signal"
    ),
    CloseReason.MANUAL: ReasonRow(
        ReasonCategory.MANUAL, "👤", "👤 MANUAL: Kullanıcı kapattı", "👤 MANUAL: closed by the user"
    ),
    CloseReason.EXTERNAL: ReasonRow(
        ReasonCategory.EXTERNAL,
        "🔗",
        "🔗 HARİCİ: Borsada kapatıldı",
        "🔗 EXTERNAL: closed on the exchange",
    ),
    CloseReason.END: ReasonRow(
        ReasonCategory.SYSTEM, "🔚", "🔚 SİSTEM: Oturum sonu", "🔚 SYSTEM: end of session"
    ),
    CloseReason.DELISTING: ReasonRow(
        ReasonCategory.DELISTING,
        "🚪",
        "🚪 DELIST: Kontrat işlemden kaldırılıyor → kapatıldı ({roi})",
        "🚪 DELIST: contract is being delisted → closed ({roi})",
    ),
}
"""The one table of close reasons."""


class ReasonEntry(NamedTuple):
    """A close reason as plain text, as the API serves it; texts with their placeholders as in :class:`ReasonRow`."""

    code: str
    category: str
    emoji: str
    text_tr: str
    text_en: str


def reason_table() -> tuple[ReasonEntry, ...]:
    """Return the whole table as plain data, in the order of the enum: for the API, its schema, the page and the docs.

    The ``_asdict()`` of an entry is ready for JSON; nothing else may list reasons.
    """
    rows = ((reason.name, REASONS[reason]) for reason in CloseReason)
    return tuple(
        ReasonEntry(code, row.category.value, row.icon, row.turkish, row.english) for code, row in rows
    )


STOP_CODES = frozenset({CloseReason.SL_HIT, CloseReason.BREAKEVEN, CloseReason.TRAILING_STOP})
"""Codes that a stop order can have; the position's state decides which one."""

NOT_AVAILABLE = "n/a"


def reason_named(code: str) -> CloseReason | None:
    """Return the reason with the stored ``code``, None when the table has none."""
    return CloseReason.__members__.get(code)


def describe(
    code: str | CloseReason,
    language: Language,
    *,
    price: float = math.nan,
    roi: float = math.nan,
    first: float = math.nan,
    full: float = math.nan,
) -> str:
    """Return the text of a close reason; a code that is not in the table is returned unchanged.

    ``price`` in quote currency, ``roi`` in % of margin (leveraged), ``first`` and ``full`` the thresholds of the
    kill switch's stages in % of margin (their sign is not shown). NaN is shown as n/a.
    """
    reason = code if isinstance(code, CloseReason) else reason_named(code)
    if reason is None:
        return str(code)
    row = REASONS[reason]
    text = row.turkish if language is Language.TURKISH else row.english
    return text.format(
        price=format_price(price, language),
        roi=format_percent(roi, language),
        first=_format_number(abs(first), language, 1),
        full=_format_number(abs(full), language, 1),
    )


def format_price(price: float, language: Language) -> str:
    """Return a price with up to ten significant digits and the separators of the language."""
    if not math.isfinite(price):
        return NOT_AVAILABLE
    digits = 9 if price == 0 else max(0, 9 - math.floor(math.log10(abs(price))))
    return _format_number(price, language, digits)


def format_percent(value: float, language: Language) -> str:
    """Return a percentage with one decimal: Turkish ``-%2,5``, English ``−2.5 %``."""
    if not math.isfinite(value):
        return NOT_AVAILABLE
    rounded = round(value, 1)
    number = with_separators(f"{abs(rounded):,.1f}", language)
    if language is Language.TURKISH:
        return f"{'-' if rounded < 0 else ''}%{number}"
    return f"{'−' if rounded < 0 else ''}{number} %"


def _format_number(value: float, language: Language, digits: int) -> str:
    if not math.isfinite(value):
        return NOT_AVAILABLE
    text = f"{value:,.{digits}f}"
    return with_separators(text.rstrip("0").rstrip(".") if "." in text else text, language)
