"""The same recorded candles through Freqtrade's backtester and through its bot in dry run: the same trades.

Both hold the same coins, settings and fees. The bot sees every candle at its open, its extremes, its close and at the
levels between them where an order or a stop waits, pair by pair in the backtest's order. Where a trade differs, the
bot gets the backtest's result, so that one difference is not the cause of the next. `HHQ_PARITY_DAYS` and
`HHQ_PARITY_COINS` widen the run (`make parity`); what a long one has shown is in docs/parity.md.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from companion.ground.layout import RUN
from companion.offline.data_folder import open_folder
from tests.parity.agreement import Agreement
from tests.parity.both_runs import BothRuns, Coins
from tests.parity.replayed_day import ReplayedDay

pytestmark = [pytest.mark.processes, pytest.mark.timeout(3600)]

BEGIN = datetime(2025, 8, 7, 5, 40, tzinfo=UTC)
HOURS = 4.75
COINS = "BTC ETH XRP SUI HBAR"
CANDLE = timedelta(minutes=5)
LEAST_ENTRIES, LEAST_EXITS = 4, 2


@pytest.fixture(scope="module")
def agreement(recorded_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Agreement:
    folder = tmp_path_factory.mktemp("parity")
    pairs = tuple(f"{base}/USDT:USDT" for base in os.environ.get("HHQ_PARITY_COINS", COINS).split())
    days = os.environ.get("HHQ_PARITY_DAYS")
    end = BEGIN + (timedelta(hours=HOURS) if days is None else timedelta(days=float(days)))
    coins = Coins.chosen(open_folder(recorded_data / "binance"), pairs, folder / "data")
    runs = BothRuns(coins, folder)
    backtest = runs.backtest(BEGIN, end)
    with runs.bot(BEGIN + CANDLE) as bot:
        found = ReplayedDay(coins, bot, backtest).run(BEGIN + CANDLE, end)
        assert not bot.strategy.failures, bot.strategy.failures
    report = (RUN if days is not None else folder) / "parity.json"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(json.dumps(found.report(), indent=2), encoding="utf-8")
    print(f"\n{found.text()}\nreport: {report}")  # noqa: T201 (for who runs it with -s)
    return found


def test_there_is_enough_to_compare(agreement: Agreement) -> None:
    assert agreement.entries >= LEAST_ENTRIES
    assert agreement.exits >= LEAST_EXITS


def test_the_states_before_a_try_are_nearly_always_equal(agreement: Agreement) -> None:
    assert agreement.tries_unequal_state <= 0.1 * agreement.tries, agreement.text()


def test_entries_from_equal_states_are_equal(agreement: Agreement) -> None:
    """Side, leverage, price, amount and refusals; any difference left has a cause that the candles show."""
    assert agreement.of("entry", "try", explained=False) == [], agreement.text()


def test_the_same_pairs_are_locked_at_the_same_candles(agreement: Agreement) -> None:
    assert agreement.of("lock") == [], agreement.text()


def test_waiting_orders_fill_and_end_alike_or_differ_for_a_known_cause(agreement: Agreement) -> None:
    assert agreement.of("fill", "cancel", explained=False) == [], agreement.text()


def test_exits_are_the_same_by_code_and_candle(agreement: Agreement) -> None:
    assert len(agreement.of("exit", "reduction")) <= 0.01 * agreement.exits, agreement.text()
    assert agreement.of("price") == [], agreement.text()
