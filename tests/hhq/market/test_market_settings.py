"""Settings of the market filters: defaults of docs/signal.md, errors that name the key."""

from __future__ import annotations

from typing import Any

import pytest

from hhq.settings.base import SettingsError, parse
from hhq.settings.market import MarketSettings


@pytest.mark.parametrize(
    ("section", "values", "named"),
    [
        ("btc", {"bullish_1h": 1.5}, "bullish_1h = 1.5 must be below strong_bullish_1h"),
        ("btc", {"strong_bearish_1h": -0.2}, "strong_bearish_1h"),
        ("btc", {"strong_bearish_4h": -1.0}, "strong_bearish_4h"),
        ("btc", {"daily_plain": 4.0}, "daily_plain"),
        ("eth", {"bullish_1h": 3.0}, "bullish_1h"),
        ("eth", {"bearish_1h": -2.0}, "bearish_1h"),
        ("eth", {"bearish_4h": -5.0}, "bearish_4h"),
        ("flash", {"btc_end": 2.0}, "btc_end"),
        ("flash", {"eth_end": 3.5}, "eth_end"),
        ("macro", {"quiet_std": 2.0}, "quiet_std"),
        ("macro", {"quiet_range": 6.0}, "quiet_range"),
        ("macro", {"trend_range": 5.0}, "trend_range"),
        ("timeframes", {"plain_change": 1.0}, "plain_change"),
        ("timeframes", {"against_medium": 4.0}, "against_from"),
        ("timeframes", {"against_medium": 25.0}, "against_medium"),
        ("timeframes", {"veto_at": 5}, "timeframes.veto_at"),
        ("btc", {"no_such": 1}, "btc.no_such: unknown setting"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_by_name(
    section: str, values: dict[str, Any], named: str
) -> None:
    with pytest.raises(SettingsError, match=named.replace(".", r"\.")):
        parse(MarketSettings, {section: values})


def test_a_changed_setting_is_accepted() -> None:
    assert parse(MarketSettings, {"flash": {"btc_start": 3}}).flash.btc_start == 3.0
