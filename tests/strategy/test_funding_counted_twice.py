"""Funding of reductions on a funding candle: what Freqtrade's real backtester books, and what the report makes of it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from companion.commands.backtest_costs import told
from companion.domain_settings.in_force import named_settings
from companion.offline.backtest_export import BacktestTrade, read_export
from companion.offline.data_folder import DataFolder, open_folder
from companion.offline.double_funding import DoubleFunding, double_funding, funding_once, funding_payments
from tests.strategy.rig import Rig

PAIR = "BTC/USDT:USDT"
STRATEGY = """
from freqtrade.strategy import IStrategy

class Scripted(IStrategy):
    timeframe, stoploss, minimal_roi, position_adjustment_enable, can_short = "5m", -0.9, {}, True, True
    startup_candle_count = 0

    def populate_indicators(self, df, metadata):
        return df

    def populate_entry_trend(self, df, metadata):
        df.loc[df["date"].dt.strftime("%d %H:%M") == "07 06:55", "SIDE"] = 1
        return df

    def populate_exit_trend(self, df, metadata):
        return df

    def custom_exit(self, pair, trade, current_time, current_rate, current_profit, **kwargs):
        return "over" if current_time.strftime("%H:%M") == "LEAVE" else None

    def adjust_trade_position(self, trade, current_time, current_rate, current_profit, **kwargs):
        now = current_time.strftime("%H:%M")
        return -trade.stake_amount / 4 if now in REDUCTIONS else None
"""


class Backtests:
    """Real backtests of one scripted trade: entered at 07:00, reduced and left when it is told to."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig

    def row(self, *reductions: str, leave: str, side: str = "long") -> dict[str, Any]:
        """The one trade as Freqtrade exports it."""
        text = STRATEGY.replace("SIDE", f"enter_{side}").replace("LEAVE", leave)
        path = self._rig.folder / "Scripted.py"
        path.write_text(text.replace("REDUCTIONS", repr(reductions)))
        backtesting = self._rig.backtesting(
            "20250107-20250108",
            path,
            stake_amount=5000,
        )
        data, timerange = backtesting.load_bt_data()
        backtesting.backtest_one_strategy(backtesting.strategylist[0], data, timerange)
        (content,) = backtesting.all_bt_content.values()
        (row,) = content["results"].to_dict("records")
        assert len(row["orders"]) == 2 + len(reductions)
        return dict(row)


@pytest.fixture
def backtests(rig: Rig) -> Backtests:
    rig.pairs = (PAIR,)
    return Backtests(rig)


@pytest.fixture
def folder(strategy_market: Path) -> DataFolder:
    return open_folder(strategy_market)


def judged(folder: DataFolder, row: dict[str, Any]) -> DoubleFunding:
    return double_funding([BacktestTrade.of(row)], lambda pair: funding_payments(folder, pair))


@pytest.mark.parametrize("side", ["long", "short"])
@pytest.mark.parametrize("leave", ["08:30", "09:00", "16:00"])
def test_the_corrected_funding_is_that_of_a_reduction_five_minutes_later(
    backtests: Backtests, folder: DataFolder, side: str, leave: str
) -> None:
    on_funding = backtests.row("08:00", leave=leave, side=side)
    after = backtests.row("08:05", leave=leave, side=side)
    found = judged(folder, on_funding)
    assert (found.reductions, found.trades) == (1, 1)
    assert found.amount != 0.0
    assert on_funding["funding_fees"] - found.amount == pytest.approx(after["funding_fees"], rel=1e-9)
    assert found.profit == on_funding["profit_abs"]
    assert found.corrected == pytest.approx(on_funding["profit_abs"] - found.amount)
    assert judged(folder, after) == DoubleFunding(0, 0, 0.0, after["profit_abs"])


def test_it_counts_each_reduction_on_a_funding_candle(backtests: Backtests, folder: DataFolder) -> None:
    row = backtests.row("08:00", "12:00", "16:00", leave="16:45")
    later = backtests.row("08:05", "12:00", "16:05", leave="16:45")
    found = judged(folder, row)
    assert (found.reductions, found.trades) == (2, 1)
    assert row["funding_fees"] - found.amount == pytest.approx(later["funding_fees"], rel=1e-9)


def test_a_close_on_a_funding_candle_is_counted_once(backtests: Backtests, folder: DataFolder) -> None:
    row = backtests.row("07:30", leave="08:00")
    assert judged(folder, row).reductions == 0
    once = funding_once(BacktestTrade.of(row), funding_payments(folder, PAIR))
    assert row["funding_fees"] == pytest.approx(once, rel=1e-9)
    assert once != 0.0


def archive(path: Path, rows: list[dict[str, Any]]) -> Path:
    profit = sum(float(row.get("profit_abs", 0.0)) for row in rows)
    result = {"trades": rows, "profit_total_abs": profit, "pairlist": [PAIR]}
    content = {"strategy": {"HHQStrategy": result | {"backtest_start_ts": 0, "backtest_end_ts": 0}}}
    with zipfile.ZipFile(path, "w") as written:
        written.writestr(path.with_suffix(".json").name, json.dumps(content, default=str))
    return path


def lines(folder: DataFolder, path: Path | None) -> tuple[str, ...]:
    return told(folder, named_settings(None, None), path, ()).lines


def test_the_report_names_both_results(backtests: Backtests, folder: DataFolder, tmp_path: Path) -> None:
    row = backtests.row("08:00", leave="09:00")
    line, _ = lines(folder, archive(tmp_path / "a.zip", [row]))
    found = judged(folder, row)
    assert line == (
        "FUNDING: Freqtrade counts the funding of 1 reductions twice (in 1 trades, on funding candles): "
        f"{found.amount:+.2f} USDT. Result by Freqtrade {found.profit:+.2f} USDT, corrected {found.corrected:+.2f} "
        "USDT."
    )
    plain = row | {
        "orders": [order for order in row["orders"] if order["order_filled_timestamp"] % 3_600_000]
    }
    assert not any(line.startswith("FUNDING") for line in lines(folder, archive(tmp_path / "b.zip", [plain])))


def test_what_cannot_be_read_is_said_and_stops_nothing(folder: DataFolder, tmp_path: Path) -> None:
    damaged = tmp_path / "c.zip"
    damaged.write_text("no zip")
    for path in (None, tmp_path / "gone.zip", damaged, archive(tmp_path / "d.zip", [{"pair": PAIR}])):
        (line,) = lines(folder, path)
        assert line.startswith("NOTE: funding that Freqtrade counts twice is not corrected: ")
    with pytest.raises(KeyError):
        read_export(archive(tmp_path / "e.zip", []), "Another")


def test_a_coin_without_mark_prices_has_no_payments(folder: DataFolder) -> None:
    files = folder.files(PAIR)
    assert files.mark is not None
    assert np.all([time % 3_600_000 == 0 for time in funding_payments(folder, PAIR)])
    bare = DataFolder(
        folder.path,
        (type(files)(files.base, files.quote, files.futures, None, files.funding, None),),
        generated=True,
    )
    assert funding_payments(bare, PAIR) == {}
