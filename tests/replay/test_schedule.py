"""Where the tape begins."""

from __future__ import annotations

import pytest

from companion.replay.candles import BASE_INTERVAL, DAY
from companion.replay.errors import ReplayError
from companion.replay.market import Market
from companion.replay.schedule import HISTORY, offset_for_history, offset_for_start, parse_instant
from tests.replay.sample_market import BEGIN

# Some afternoon, long after the tape was recorded.
NOW = BEGIN + 600 * DAY + 58_021_123


def test_by_default_the_time_of_day_stays_and_the_history_suffices(market: Market) -> None:
    offset = offset_for_history(market, NOW)
    shown = NOW - offset
    assert offset % DAY == 0
    assert shown - market.begin >= HISTORY * BASE_INTERVAL
    assert shown - DAY - market.begin < HISTORY * BASE_INTERVAL, "an earlier day would do as well"
    assert shown < market.end


def test_a_start_with_a_time_is_met_within_one_candle_and_the_grid_stays(market: Market) -> None:
    start, has_time = parse_instant("2025-03-06T12:00")
    offset = offset_for_start(market, NOW, start, BASE_INTERVAL)
    assert has_time
    assert offset % BASE_INTERVAL == 0
    assert 0 <= NOW - offset - start < BASE_INTERVAL


def test_a_start_that_is_a_date_keeps_the_time_of_day(market: Market) -> None:
    start, has_time = parse_instant("2025-03-06")
    offset = offset_for_start(market, NOW, start, DAY)
    assert not has_time
    assert offset % DAY == 0
    assert 0 <= NOW - offset - start < DAY


@pytest.mark.parametrize("text", ["2025-02-20T00:00", "2025-04-01T00:00"])
def test_a_start_outside_the_tape_is_refused_with_its_bounds(market: Market, text: str) -> None:
    with pytest.raises(ReplayError, match="2025-03-01T00:00 to 2025-03-10T00:00"):
        offset_for_start(market, NOW, parse_instant(text)[0], BASE_INTERVAL)


def test_a_start_that_is_no_date_is_refused() -> None:
    with pytest.raises(ReplayError, match="yesterday"):
        parse_instant("yesterday")
