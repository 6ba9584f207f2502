"""The same recorded candles through Freqtrade's backtester and through its bot in dry run: the same trades.

Both hold the same coins, settings and fees. The bot sees every candle at its open, its extremes, its close and at the
levels that an order or a stop waits at between them. Where a trade differs the bot gets the backtest's result, so that
one difference is not the cause of the next. `HHQ_PARITY_DAYS` and `HHQ_PARITY_COINS` widen the run (`make parity`).
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from companion.data_folder import open_folder
from companion.layout import RUN
from tests.parity.agreement import Agreement, Difference
from tests.parity.both_runs import BothRuns, Coins
from tests.parity.replayed_day import ReplayedDay

pytestmark = [pytest.mark.processes, pytest.mark.timeout(3600)]

BEGIN = datetime(2025, 8, 7, 5, 40, tzinfo=UTC)
HOURS = 4.75
COINS = "BTC ETH XRP SUI HBAR"
CANDLE = timedelta(minutes=5)
LEAST_ENTRIES, LEAST_EXITS = 4, 2
# One step of the exchange's quantity: equities that differ in the last cents may round apart.
AMOUNT_STEP = 2e-4


@pytest.fixture(scope="module")
def agreement(recorded_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Agreement:
    folder = tmp_path_factory.mktemp("parity")
    pairs = tuple(f"{base}/USDT:USDT" for base in os.environ.get("HHQ_PARITY_COINS", COINS).split())
    days = os.environ.get("HHQ_PARITY_DAYS")
    end = BEGIN + (timedelta(hours=HOURS) if days is None else timedelta(days=float(days)))
    coins = Coins.chosen(open_folder(recorded_data / "binance"), pairs, folder / "data")
    runs = BothRuns(coins, folder)
    backtest, locks = runs.backtest(BEGIN, end)
    with runs.bot(BEGIN + CANDLE) as bot:
        found = ReplayedDay(coins, bot, backtest, locks).run(BEGIN + CANDLE, end)
        assert not bot.strategy.failures, bot.strategy.failures
    report = (RUN if days is not None else folder) / "parity.json"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(json.dumps(found.report(), indent=2), encoding="utf-8")
    print(f"\n{found.text()}\nreport: {report}")  # noqa: T201 (for who runs it with -s)
    return found


def test_there_is_enough_to_compare(agreement: Agreement) -> None:
    assert agreement.entries + agreement.entries_unequal_state >= LEAST_ENTRIES
    assert agreement.exits >= LEAST_EXITS


def test_entries_from_equal_states_are_equal(agreement: Agreement) -> None:
    """Side, leverage, price and amount; every difference that is left has a named cause."""
    unexplained = [each for each in agreement.of("entry", explained=False) if not within_a_step(each)]
    assert unexplained == [], agreement.text()


def within_a_step(difference: Difference) -> bool:
    name, _, backtest = difference.backtest.partition(" ")
    return name == "amount" and float(difference.dry_run.split()[1]) == pytest.approx(
        float(backtest), rel=AMOUNT_STEP
    )


def test_exits_are_the_same_by_code_and_candle(agreement: Agreement) -> None:
    assert len(agreement.of("exit")) <= 0.01 * agreement.exits, agreement.text()
