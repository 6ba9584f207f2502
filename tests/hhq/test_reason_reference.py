"""The table of close reasons as plain data, and the page that is written from it."""

from __future__ import annotations

import json
from pathlib import Path

from companion.ground.absent_parts import MARK, marked_close_reasons
from hhq.language import Language
from hhq.reason_reference import page
from hhq.reason_sources import FREQTRADE_REASONS, LEGACY_CODES, LEGACY_STOPS
from hhq.reasons import CloseReason, describe, reason_table

PAGE = Path(__file__).parents[2] / "docs" / "close-reasons.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(marked_close_reasons(), MARK), "run: make config"


def test_the_table_has_every_reason_once_in_its_order_and_nothing_in_it_is_empty() -> None:
    table = reason_table()
    assert [row.code for row in table] == [reason.name for reason in CloseReason]
    assert all(all(row) for row in table)


def test_the_table_is_plain_data_that_json_gives_back() -> None:
    rows = [row._asdict() for row in reason_table()]
    assert json.loads(json.dumps(rows)) == rows
    assert rows[0] == {
        "code": "SL_HIT",
        "category": "stop",
        "emoji": "🔴",
        "text_tr": "🔴 SL: Ana SL tetiklendi @ {price} ({roi})",
        "text_en": "🔴 SL: stop loss hit @ {price} ({roi})",
    }


def test_the_texts_of_the_table_are_those_that_are_shown() -> None:
    for row in reason_table():
        for language, text in ((Language.TURKISH, row.text_tr), (Language.ENGLISH, row.text_en)):
            filled = text.format(price="n/a", roi="n/a", first="n/a", full="n/a")
            assert describe(row.code, language) == filled


def test_the_page_names_every_source_of_a_reason() -> None:
    text = page()
    for name in (*FREQTRADE_REASONS, *LEGACY_CODES, *LEGACY_STOPS):
        assert f"| `{name}` |" in text
