"""Costs and expectancy under a real backtest's report, against pandas on Freqtrade's export."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from companion.commands.backtest_costs import Told, told
from companion.demo.bot import DEMO_SETTINGS
from companion.domain_settings.in_force import named_settings
from companion.ground.layout import ROOT
from companion.offline.data_folder import open_folder
from companion.replay.embedded import MarketSpecification, ensure_market
from hhq.digest import settings_digest

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]

PAIRS = ("BTC/USDT:USDT", "ETH/USDT:USDT", "SOL/USDT:USDT", "HYPE/USDT:USDT")
MAKER, TAKER = 0.02, 0.05


@dataclass(frozen=True)
class Ran:
    """A backtest by the command: what it printed, its export, and the figures beside it."""

    market: Path
    out: str
    log: str
    export: Path
    figures: dict[str, Any]

    @property
    def result(self) -> dict[str, Any]:
        """Freqtrade's own result."""
        with zipfile.ZipFile(self.export) as archive:
            content = json.loads(archive.read(self.export.with_suffix(".json").name))
        result: dict[str, Any] = content["strategy"]["HHQStrategy"]
        return result


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Three days of four coins, on a terminal of 80 columns, which breaks the lines of Freqtrade's log."""
    folder = tmp_path_factory.mktemp("costs")
    market = ensure_market(folder / "market", MarketSpecification(coins=8, days=10, seed=3))
    results = folder / "results"
    results.mkdir()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "companion", "backtest", "--data", str(market), "--pairs", ",".join(PAIRS)),
            *("--timerange", "20250107-20250111", "--run-folder", str(folder)),
            # The guide trades often enough for three days to have trades of every kind.
            *("--settings", str(DEMO_SETTINGS)),
            *("--", "--backtest-directory", str(results)),
        ],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "80"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    (export,) = results.glob("*.zip")
    figures = json.loads(export.with_suffix(".costs.json").read_bytes())
    return Ran(market, done.stdout, done.stderr, export, figures)


def orders_of(result: dict[str, Any]) -> pd.DataFrame:
    """Every filled order with its trade's terms, by pandas."""
    rows = [
        {**order, **{name: trade[name] for name in ("is_short", "fee_open", "fee_close")}, "trade": number}
        for number, trade in enumerate(result["trades"])
        for order in trade["orders"]
    ]
    frame = pd.DataFrame(rows)
    frame["notional"] = frame["amount"] * frame["safe_price"]
    frame["fee"] = frame["notional"] * frame["fee_open"].where(frame["ft_is_entry"], frame["fee_close"])
    frame["by_order"] = frame["notional"] * frame["ft_is_entry"].map({True: MAKER, False: TAKER}) / 100.0
    into = frame["ft_is_entry"] ^ frame["is_short"]
    frame["flow"] = frame["notional"].where(~into, -frame["notional"])
    return frame


def test_the_sums_are_those_of_the_export(ran: Ran) -> None:
    result, found = ran.result, ran.figures["ledger"]
    orders, trades = orders_of(result), pd.DataFrame(result["trades"])
    assert len(orders) > 2 * len(trades) > 20
    twice = ran.figures["funding_counted_twice"]["amount"]
    entered = orders[orders["ft_is_entry"]]["notional"].sum()
    assert found["trades"] == len(trades)
    assert found["entered"] == pytest.approx(entered)
    assert found["turnover"] == pytest.approx(orders["notional"].sum())
    assert found["gross"]["total"] == pytest.approx(orders["flow"].sum())
    assert found["fees"]["total"] == pytest.approx(-orders["fee"].sum())
    assert found["fees_by_order"]["total"] == pytest.approx(-orders["by_order"].sum())
    assert found["funding"]["total"] == pytest.approx(trades["funding_fees"].sum() - twice)
    assert found["net"]["total"] == pytest.approx(result["profit_total_abs"] - twice, abs=0.005)
    assert found["net"]["mean"] == pytest.approx(found["net"]["total"] / len(trades))
    assert found["net"]["by_notional_pct"] == pytest.approx(found["net"]["total"] / entered * 100.0)
    even = (found["gross"]["total"] + found["funding"]["total"]) / orders["notional"].sum() * 100.0
    assert found["break_even_side_pct"]["by_notional"] == pytest.approx(even)
    quarters = trades["leverage"].quantile([0.0, 0.25, 0.5, 0.75, 1.0])
    assert found["leverage"] == pytest.approx(quarters.tolist())
    assert ran.figures["check"]["agrees"]


def test_exits_sides_and_reductions_are_those_of_the_export(ran: Ran) -> None:
    result, found = ran.result, ran.figures["ledger"]
    orders, trades = orders_of(result), pd.DataFrame(result["trades"])
    entered = orders[orders["ft_is_entry"]].groupby("trade")["notional"].sum()
    trades["share"] = trades["profit_abs"] / entered * 100.0
    by_code = trades.groupby("exit_reason")
    assert {row["name"]: row["count"] for row in found["exits"]} == by_code.size().to_dict()
    for row in found["exits"]:
        of_code = by_code.get_group(row["name"])
        assert row["net"]["total"] == pytest.approx(of_code["profit_abs"].sum(), abs=0.01)
        assert row["won"] == pytest.approx((of_code["profit_abs"] > 0.0).mean())
        assert row["net"]["equal_pct"] == pytest.approx(of_code["share"].mean(), abs=1e-4)
    shorts = trades["is_short"].map({False: "LONG", True: "SHORT"}).value_counts().to_dict()
    assert {row["name"]: row["count"] for row in found["sides"]} == shorts
    exits = orders[~orders["ft_is_entry"]]
    parts = exits[exits.duplicated("trade", keep="last")]
    assert not parts.empty
    assert {row["name"]: row["count"] for row in found["reductions"]} == (
        parts["ft_order_tag"].value_counts().to_dict()
    )


def test_the_table_stands_under_freqtrades_report_within_a_hundred_columns(ran: Ran) -> None:
    assert ran.out.index("STRATEGY SUMMARY") < ran.out.index("COSTS AND EXPECTANCY")
    table = ran.out[ran.out.index("COSTS AND EXPECTANCY") :]
    net = ran.figures["ledger"]["net"]
    assert re.search(
        rf"│ Net +│ +\d+ │ +[\d.]+ │ +{net['total']:.2f} │ +{net['mean']:.2f} │ +too little │", table
    )
    for row in ran.figures["ledger"]["exits"]:
        assert re.search(rf"│ {row['name']} +│ +{row['count']} │", table)
    assert f"entries pay {MAKER:g} % (maker), exits {TAKER:g} % (taker)" in table
    assert "CHECK" not in table
    tables, _, last = table.partition("(taker).")
    assert max(len(line) for line in tables.splitlines()) <= 100
    assert f"COSTS: {ran.export.with_suffix('.costs.json')}" in last.splitlines()


def test_the_figures_say_what_they_are_of(ran: Ran) -> None:
    figures, settings = ran.figures, named_settings(DEMO_SETTINGS, None)
    assert figures["layout"] == 1
    assert figures["settings_digest"] == settings_digest(settings)
    assert sorted(figures["pairs"]) == sorted(PAIRS)
    assert figures["begin"].startswith("2025-01-07")
    assert figures["end"].startswith("2025-01-10T23:55")
    assert figures["generated"]
    assert figures["costs"] == {"maker_fee_pct": MAKER, "taker_fee_pct": TAKER}
    assert figures["export"] == ran.export.name


def test_guards_are_counted_in_a_line_each_and_read_from_broken_lines(ran: Ran) -> None:
    last = ran.result["backtest_end_ts"]
    locks = [lock["reason"] for lock in ran.result["locks"] if lock["lock_timestamp"] < last]
    counted = {row["guard"]: row["locks"] for row in ran.figures["guards"]}
    assert sum(counted.values()) == len(locks)
    assert counted["PROTECTIONS"] == sum(not re.match(r"[A-Z_]+: ", reason) for reason in locks)
    assert re.search(rf"│ PROTECTIONS +│ +{counted['PROTECTIONS']} │", ran.out)
    assert re.search(r"GUARDS: PROTECTIONS set \d+ locks, *\n", ran.log), "no line was broken"
    assert "locked until" not in ran.log
    assert "lock activated" not in ran.log


def again(ran: Ran, folder: Path, change: float) -> Told:
    """What is said of the same export whose last trade's last order has another price."""
    result = ran.result
    result["trades"][-1]["orders"][-1]["safe_price"] *= change
    path = folder / ran.export.name
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(path.with_suffix(".json").name, json.dumps({"strategy": {"HHQStrategy": result}}))
    return told(open_folder(ran.market), named_settings(None, None), path, ())


def test_orders_that_do_not_come_to_freqtrades_result_are_told(ran: Ran, tmp_path: Path) -> None:
    assert not any(line.startswith("CHECK") for line in again(ran, tmp_path, 1.0).lines)
    (line,) = (line for line in again(ran, tmp_path, 1.01).lines if line.startswith("CHECK"))
    assert "1 trades differ" in line
    assert f"Freqtrade books {ran.result['profit_total_abs']:+.2f} USDT" in line


def test_a_backtest_without_trades_says_so_and_has_no_table(ran: Ran, tmp_path: Path) -> None:
    result = ran.result | {"trades": [], "profit_total_abs": 0.0}
    path = tmp_path / ran.export.name
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(path.with_suffix(".json").name, json.dumps({"strategy": {"HHQStrategy": result}}))
    found = told(open_folder(ran.market), named_settings(None, None), path, ())
    assert found.tables == (
        "COSTS AND EXPECTANCY: no trade was closed. Where candidates end: companion explain --funnel.",
    )
    assert json.loads(path.with_suffix(".costs.json").read_bytes())["ledger"]["net"]["mean"] is None
