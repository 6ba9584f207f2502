"""The layers' numbers are checked when they are read."""

from __future__ import annotations

import pytest

from hhq.settings.base import SettingsError, parse
from hhq.settings.layers import LayersSettings


def test_an_unknown_number_is_an_error_that_names_it() -> None:
    with pytest.raises(SettingsError, match=r"whale\.abvoe: unknown setting"):
        parse(LayersSettings, {"whale": {"abvoe": 3.0}})


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("whale", "points", 51.0),
        ("whale", "points", -1.0),
        ("daily_trend", "against_points", 1.0),
        ("rsi", "oversold_below", 101.0),
        ("trade_pattern", "coin_trades", 0),
        ("basis", "discount", float("nan")),
    ],
)
def test_a_number_out_of_its_range_is_an_error_that_names_it(section: str, key: str, value: float) -> None:
    with pytest.raises(SettingsError, match=rf"{section}\.{key}"):
        parse(LayersSettings, {section: {key: value}})


def test_limits_that_would_leave_a_row_dead_are_refused() -> None:
    with pytest.raises(SettingsError, match=r"order_book_imbalance.*strong_from, medium_from, weak_from"):
        parse(LayersSettings, {"order_book_imbalance": {"medium_from": 12.0}})
    with pytest.raises(SettingsError, match=r"funding.*crowd_strong_above, crowd_above"):
        parse(LayersSettings, {"funding": {"crowd_above": 0.03}})
