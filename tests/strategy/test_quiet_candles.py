"""Candles in which nothing can close a trade are not searched for exits: backtests are the same without the search."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from freqtrade.strategy import IStrategy

from tests.strategy.rig import STRATEGIES, Backtest, Rig, finished

OWN_EXIT = """
from HHQStrategy import HHQStrategy


class OwnExit(HHQStrategy):
    def custom_exit(self, pair, trade, current_time, current_rate, current_profit, **kwargs):
        return "an hour" if (current_time - trade.open_date_utc).total_seconds() >= 3600 else None
"""


def searched(backtesting: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[Backtest, int]:
    """A finished backtest, and how often Freqtrade searched for exits in it."""
    count = [0]
    search = IStrategy.should_exit

    def counted(*args: Any, **kwargs: Any) -> Any:
        count[0] += 1
        return search(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(IStrategy, "should_exit", counted)
        return finished(backtesting), count[0]


def trades_of(backtest: Backtest) -> pd.DataFrame:
    """All that is reported of the trades, except their names and the way to their last stop.

    The stop's ratio is counted from the price at its last move, and fewer moves that change nothing are made.
    """
    trades = backtest.results.drop(columns=["orders", "stop_loss_ratio"])
    return trades.assign(orders=backtest.results["orders"].astype(str))


def test_a_backtest_that_searches_every_candle_has_the_same_trades(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    few, some = searched(rig.backtesting("20250106-20250111"), monkeypatch)
    everywhere = rig.backtesting("20250106-20250111")
    everywhere.strategylist[0]._closes_alone = lambda: False
    all_searched, every = searched(everywhere, monkeypatch)
    pd.testing.assert_frame_equal(trades_of(few), trades_of(all_searched))
    assert len(few.results) > 50
    assert some < every / 2


def test_an_exit_of_the_users_configuration_is_searched_for(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, _ = searched(rig.backtesting(minimal_roi={"60": -1.0}), monkeypatch)
    minutes = given.results["trade_duration"]
    assert minutes.max() <= 65
    assert (minutes >= 60).any()


def test_an_exit_of_a_strategy_that_builds_on_this_one_is_searched_for(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(STRATEGIES))
    own = tmp_path / "OwnExit.py"
    own.write_text(OWN_EXIT)
    try:
        backtest = finished(rig.backtesting(other=own))
    finally:
        # Everywhere else the strategy is loaded from its file, as Freqtrade does it.
        sys.modules.pop("HHQStrategy", None)
    minutes = backtest.results["trade_duration"]
    assert (minutes >= 60).any()
    assert minutes.max() <= 65
