"""Figures of closed trades: net, neutral trades apart, n/a never 0; patterns from twenty trades on."""

from __future__ import annotations

import math
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.portfolio.patterns import patterns, score_bin
from companion.portfolio.performance import by_coin, by_day, by_hour_of_the_week, figures_of, summary
from companion.portfolio.results import Result
from hhq.closed_trade import Outcome

HOUR = 3_600_000


def result(net: float, closed_ms: int = 10 * HOUR, **changes: Any) -> Result:
    """A LONG of 500 USDT that cost 0.5 USDT of fees."""
    made: dict[str, Any] = {
        "pair": "BTC/USDT:USDT", "side": 1, "opened_ms": closed_ms - 2 * HOUR, "closed_ms": closed_ms,
        "notional": 500.0, "net": net, "fees": 0.5, "funding": -0.1, "score": 72.0, "code": "TP_HIT",
    }  # fmt: skip
    return Result(**(made | changes))


@given(st.lists(st.floats(-1000, 1000), max_size=40))
def test_every_trade_is_counted_once_and_money_adds_up(values: list[float]) -> None:
    rows = [
        result(net, closed_ms=(k + 10) * 7 * HOUR, pair=f"C{k % 3}/USDT:USDT") for k, net in enumerate(values)
    ]
    total = figures_of(rows)
    assert total.wins + total.losses + total.neutral == total.trades == len(values)
    assert total.net_pnl == pytest.approx(math.fsum(values))
    assert total.gross_pnl == pytest.approx(total.net_pnl + total.fees - total.funding)
    days = by_day(rows, ZoneInfo("Europe/Istanbul"))
    assert math.fsum(day.figures.net_pnl for day in days) == pytest.approx(total.net_pnl, abs=1e-6)
    assert sum(coin.figures.trades for coin in by_coin(rows)) == len(values)
    week = by_hour_of_the_week(rows, ZoneInfo("Europe/Istanbul")).hours
    assert sum(hour.figures.trades for hour in week) == len(values)
    assert len({(hour.weekday, hour.hour) for hour in week}) == len(week)


@pytest.mark.parametrize(
    ("net", "expected"),
    [
        (0.5, Outcome.WIN),
        (0.49, Outcome.NEUTRAL),
        (-0.5, Outcome.LOSS),
        (-0.49, Outcome.NEUTRAL),
        (math.nan, None),
    ],
)
def test_a_result_smaller_than_its_fees_is_neutral(net: float, expected: Outcome | None) -> None:
    assert result(net).outcome is expected


def test_a_trade_without_a_size_has_no_outcome_but_counts() -> None:
    figures = figures_of([result(5.0, notional=math.nan), result(math.nan)])
    assert (figures.trades, figures.wins, figures.net_pnl) == (2, 0, 5.0)
    assert math.isnan(figures.win_rate_pct)


def test_the_deepest_fall_is_measured_from_the_peak_before_it() -> None:
    rows = [result(net, closed_ms=(k + 10) * HOUR) for k, net in enumerate((10.0, -4.0, 1.0, -6.0, 20.0))]
    made = summary(rows, 14 * HOUR, ZoneInfo("UTC"))
    assert made.largest_drawdown == 9.0
    assert made.average_hours == 2.0
    assert made.today.trades == 5
    assert (made.hours_utc[0].name, made.hours_utc[0].figures.trades) == ("10", 1)


def test_patterns_need_twenty_trades_and_look_at_the_last_hundred() -> None:
    few = patterns([result(1.0)] * 19)
    assert (few.available, few.coins) == (False, ())
    assert "19 closed trades are known" in few.reason
    rows = [result(-50.0, pair="OLD/USDT:USDT")] * 30
    rows += [result(1.0, score=score) for score in (55, 65, 75, 85) for _ in range(25)]
    made = patterns(rows)
    assert (made.available, made.trades) == (True, 100)
    assert [group.name for group in made.coins] == ["BTC"]
    scores = {group.name: group.figures.trades for group in made.scores}
    assert scores == {"50s": 25, "60s": 25, "70s": 25, "80+": 25}


def test_score_bins() -> None:
    scores = (49.9, 50, 59.9, 60, 80, 100, math.nan)
    assert [score_bin(score) for score in scores] == ["below 50", "50s", "50s", "60s", "80+", "80+", "n/a"]
