"""Close reasons: the table, its texts in both languages, and how other systems' reasons are read."""

from __future__ import annotations

import math

import pytest
from freqtrade.enums import ExitType

from hhq.language import Language
from hhq.reason_sources import from_freqtrade, from_legacy, shown_as_it_is
from hhq.reasons import (
    REASONS,
    STOP_CODES,
    CloseReason,
    ReasonCategory,
    describe,
    format_percent,
    format_price,
    reason_named,
)

TR, EN = Language.TURKISH, Language.ENGLISH


def test_every_reason_has_a_row_and_every_category_is_used() -> None:
    assert set(REASONS) == set(CloseReason)
    assert {row.category for row in REASONS.values()} == set(ReasonCategory)


def test_stored_codes_are_the_ones_of_the_specification() -> None:
    codes = [
        "SL_HIT",
        "EMERGENCY_SL",
        "LIQUIDATION",
        "TP_HIT",
        "TP1",
        "TP2",
        "TP3",
        "TRAILING_STOP",
        "BREAKEVEN",
        "KILL_SWITCH_PARTIAL",
        "KILL_SWITCH_FULL",
        "TIME_REDUCE_4H",
        "TIME_REDUCE_8H",
        "TIME_GRADUAL",
        "TIME_FORCE",
        "ADVERSE_TIME_EXIT",
        "RECOVERY_EXIT",
        "RECOVERY_CLOSE_ALL",
        "SIGNAL_REVERSAL_PROFIT",
        "SIGNAL",
        "MANUAL",
        "EXTERNAL",
        "END",
        "DELISTING",
    ]
    assert [reason.name for reason in CloseReason] == codes
    assert [reason.value for reason in CloseReason] == list(range(1, len(codes) + 1))
    assert reason_named("TP2") is CloseReason.TP2
    assert reason_named("tp2") is None


@pytest.mark.parametrize(
    ("reason", "turkish", "english"),
    [
        ("SL_HIT", "🔴 SL: Ana SL tetiklendi @ 1.234,5 (-%2,5)", "🔴 SL: stop loss hit @ 1,234.5 (−2.5 %)"),
        (CloseReason.TP2, "🟢 TP: TP2 seviyesi @ 1.234,5 (%25)", "🟢 TP: TP2 level @ 1,234.5 (25 %)"),
        ("LIQUIDATION", "🚨 LİKİDASYON @ 1.234,5", "🚨 LIQUIDATION @ 1,234.5"),
        (
            "KILL_SWITCH_PARTIAL",
            "⚠️ KILL: Margin kaybı ≥%21,2 → %50 küçültme",
            "⚠️ KILL: margin loss ≥ 21.2 % → reduced by half",
        ),
        (
            "KILL_SWITCH_FULL",
            "🚨 KILL: Margin kaybı ≥%50 → tam kapatma",
            "🚨 KILL: margin loss ≥ 50 % → closed",
        ),
        (
            "DELISTING",
            "🚪 DELIST: Kontrat işlemden kaldırılıyor → kapatıldı (-%2,5)",
            "🚪 DELIST: contract is being delisted → closed (−2.5 %)",
        ),
        ("TIME_REDUCE_8H", "⏰ TIME: 8 saat kuralı (-%10 azaltma)", "⏰ TIME: 8 h rule (reduced by 10 %)"),
        (
            "EMERGENCY_SL",
            "🚨 EMERGENCY: -%15 acil çıkış (-%2,5)",
            "🚨 EMERGENCY: −15 % emergency exit (−2.5 %)",
        ),
    ],
)
def test_texts_carry_price_and_roi_in_the_format_of_their_language(
    reason: str | CloseReason, turkish: str, english: str
) -> None:
    shown = [
        describe(reason, language, price=1234.5, roi=-2.5, first=-21.21, full=-50.0) for language in (TR, EN)
    ]
    assert shown == [turkish, english]


@pytest.mark.parametrize("reason", CloseReason)
@pytest.mark.parametrize("language", Language)
def test_no_text_has_a_gap_and_what_is_not_known_is_shown_as_not_available(
    reason: CloseReason, language: Language
) -> None:
    text = describe(reason, language)
    assert "{" not in text
    assert "nan" not in text
    assert len(text.split()) >= 3


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert describe("MOON_EXIT {price}", TR) == "MOON_EXIT {price}"


@pytest.mark.parametrize(
    ("price", "turkish", "english"),
    [
        (0.00001234, "0,00001234", "0.00001234"),
        (0.1 + 0.2, "0,3", "0.3"),
        (98765.4321, "98.765,4321", "98,765.4321"),
        (100000.0, "100.000", "100,000"),
        (123456789012.0, "123.456.789.012", "123,456,789,012"),
        (0.0, "0", "0"),
        (math.nan, "n/a", "n/a"),
        (math.inf, "n/a", "n/a"),
    ],
)
def test_prices_have_no_exponent_and_no_rounding_noise(price: float, turkish: str, english: str) -> None:
    assert (format_price(price, TR), format_price(price, EN)) == (turkish, english)


@pytest.mark.parametrize(
    ("value", "turkish", "english"),
    [
        (-2.5, "-%2,5", "−2.5 %"),
        (12.34, "%12,3", "12.3 %"),
        (-0.04, "%0,0", "0.0 %"),
        (1234.56, "%1.234,6", "1,234.6 %"),
        (math.nan, "n/a", "n/a"),
    ],
)
def test_percentages_have_one_decimal(value: float, turkish: str, english: str) -> None:
    assert (format_percent(value, TR), format_percent(value, EN)) == (turkish, english)


@pytest.mark.parametrize("exit_type", [kind for kind in ExitType if kind is not ExitType.NONE])
def test_every_exit_type_of_freqtrade_maps_to_a_code(exit_type: ExitType) -> None:
    read = from_freqtrade(exit_type.value)
    assert isinstance(read.code, CloseReason)
    assert read.text == exit_type.value


@pytest.mark.parametrize("reason", ["stop_loss", "stoploss_on_exchange", "trailing_stop_loss"])
@pytest.mark.parametrize("level", sorted(STOP_CODES))
def test_a_stop_of_freqtrade_is_the_level_that_rested(reason: str, level: CloseReason) -> None:
    assert from_freqtrade(reason, level=level) == (level, reason)


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("roi", CloseReason.TP_HIT),
        ("stop_loss", CloseReason.SL_HIT),
        ("trailing_stop_loss", CloseReason.TRAILING_STOP),
        ("liquidation", CloseReason.LIQUIDATION),
        ("force_exit", CloseReason.MANUAL),
        ("emergency_exit", CloseReason.EMERGENCY_SL),
        ("exit_signal", CloseReason.SIGNAL),
        ("sold_on_exchange", CloseReason.EXTERNAL),
        ("TIME_GRADUAL", CloseReason.TIME_GRADUAL),
        ("KILL_SWITCH_FULL", CloseReason.KILL_SWITCH_FULL),
    ],
)
def test_reasons_of_freqtrade_are_read(reason: str, code: CloseReason) -> None:
    assert from_freqtrade(reason).code is code


def test_a_forced_exit_is_what_was_pending_and_else_manual() -> None:
    pending = CloseReason.RECOVERY_CLOSE_ALL
    assert from_freqtrade("force_exit", pending=pending).code is pending
    assert from_freqtrade("partial_exit", pending=CloseReason.TP1).code is CloseReason.TP1
    assert from_freqtrade("roi", pending=pending).code is CloseReason.TP_HIT


def test_an_unknown_reason_of_freqtrade_is_kept_as_it_is() -> None:
    assert from_freqtrade("my_own_exit") == (None, "my_own_exit")
    assert from_freqtrade("") == (None, "")


@pytest.mark.parametrize("code", ["SL", "SL1", "STOP_LOSS"])
def test_an_old_stop_is_a_stop_loss_only_if_it_lost(code: str) -> None:
    """Lesson 37: the guard counted winners because their code was that of a stop."""
    assert from_legacy(code, -0.01) == (CloseReason.SL_HIT, code)
    assert from_legacy(code, 0.01) == (CloseReason.TRAILING_STOP, code)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("TP", CloseReason.TP_HIT),
        ("TRAILING", CloseReason.TRAILING_STOP),
        ("TRAIL_SL_HIT", CloseReason.TRAILING_STOP),
        ("EARLY_TRAIL", CloseReason.TRAILING_STOP),
        ("BREAKEVEN_CLOSE", CloseReason.BREAKEVEN),
        ("External Close (Binance)", CloseReason.EXTERNAL),
        ("Synced from Binance", CloseReason.EXTERNAL),
        ("Binance PnL", CloseReason.EXTERNAL),
        ("RESCUE", CloseReason.RECOVERY_EXIT),
        ("TIME_FORCE", CloseReason.TIME_FORCE),
        ("WHO_KNOWS", None),
        ("⏰ TIME: 4 saat kuralı (-%10 azaltma)", None),
    ],
)
def test_old_codes_are_read(code: str, expected: CloseReason | None) -> None:
    assert from_legacy(code, -1.0) == (expected, code)


def test_texts_with_a_prefix_of_the_table_are_recognised() -> None:
    assert shown_as_it_is("🔴 SL: eski bir metin")
    assert shown_as_it_is("📈 TRAIL: something of old")
    assert not shown_as_it_is("SL_HIT")
