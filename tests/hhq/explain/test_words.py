"""Names of codes as people read them."""

from __future__ import annotations

from hhq.explain.words import TRENDS, code_name


def test_a_trend_has_a_name_and_one_that_is_not_known_is_n_a() -> None:
    assert code_name(None) == "n/a"
    for code, text in TRENDS.items():
        assert code_name(code) == text.english
        assert text.turkish
