"""The evidence follows a candidate as Freqtrade's real backtest follows its trade: the same fill, the same outcome."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from companion.domain_settings.in_force import named_settings
from companion.evidence.coins import CoinTask, course_of_task
from companion.offline.data_folder import open_folder
from hhq.costs import Costs
from hhq.evidence.outcomes import outcomes_of
from tests.parity.agreement import TradeRecord
from tests.parity.both_runs import BothRuns, Coins

pytestmark = [pytest.mark.processes, pytest.mark.timeout(900)]

BEGIN, END = datetime(2025, 8, 1, tzinfo=UTC), datetime(2025, 8, 15, tzinfo=UTC)
PAIRS = tuple(f"{base}/USDT:USDT" for base in ("BTC", "ETH", "XRP", "SUI", "HBAR", "SOL", "LTC", "NEAR"))
LEAST_TRADES = 60


def test_fills_and_outcomes_are_those_of_the_real_backtest(recorded_data: Path, tmp_path: Path) -> None:
    coins = Coins.chosen(open_folder(recorded_data / "binance"), PAIRS, tmp_path / "data")
    runs = BothRuns(coins, tmp_path)
    closed = [
        trade for trade in runs.backtest(BEGIN, END).trades if trade.closed and trade.code != "force_exit"
    ]
    assert len(closed) >= LEAST_TRADES
    settings = named_settings(tmp_path / "config" / "hhq.toml", None)
    same, ours, theirs = 0, [], []
    for pair in PAIRS:
        trades = [trade for trade in closed if trade.pair == pair]
        task = CoinTask(coins.path, pair, 0, BEGIN, END, settings, Costs.taker(settings), 0)
        course = course_of_task(task)
        assert course is not None
        signals, first = course.decisions.signals, course.block.first_bar
        at = np.searchsorted(signals.bar, [trade.placed - 1 - first for trade in trades])
        chosen = signals.at(at)
        assert (chosen.bar + first + 1).tolist() == [trade.placed for trade in trades]
        leverage = np.array([trade.leverage for trade in trades])
        found = outcomes_of(course, replace(chosen, leverage=leverage), settings)
        same += int(np.isclose(found.entry, [trade.entry_price for trade in trades], rtol=1e-9).sum())
        ours += found.gross_pct.tolist()
        theirs += [_gross_pct(trade) for trade in trades]
    assert same >= 0.99 * len(closed)
    known = ~np.isnan(ours)
    assert np.corrcoef(np.array(ours)[known], np.array(theirs)[known])[0, 1] >= 0.99


def _gross_pct(trade: TradeRecord) -> float:
    side = -1.0 if trade.is_short else 1.0
    moved = sum(part.amount * (part.price - trade.entry_price) for part in trade.exits)
    return side * moved / (trade.amount * trade.entry_price) * 100.0
