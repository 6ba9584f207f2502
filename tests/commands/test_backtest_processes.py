"""`companion backtest` with the real freqtrade on a generated market."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from companion.ground.layout import ROOT
from companion.replay.embedded import MarketSpecification, ensure_market

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]

PAIRS = "BTC/USDT:USDT,ETH/USDT:USDT"


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight days: 1,500 candles of warm-up and two days to trade. ETH has no funding."""
    folder = ensure_market(tmp_path_factory.mktemp("data") / "market", MarketSpecification(coins=4, days=8))
    (folder / "futures" / "ETH_USDT_USDT-1h-funding_rate.feather").unlink()
    return folder


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "companion", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_freqtrades_report_goes_to_standard_output(market: Path, tmp_path: Path) -> None:
    done = run(
        *("backtest", "--data", str(market), "--pairs", PAIRS, "--timerange", "20250107-20250109"),
        *("--run-folder", str(tmp_path), "--", "--export", "none"),
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "BACKTESTING REPORT" in done.stdout
    assert "HHQStrategy" in done.stdout
    assert "Traceback" not in done.stderr
    first, _, last = done.stdout.partition("BACKTESTING REPORT")
    assert "NOTE: funding that Freqtrade counts twice is not corrected: no trades were exported." in last
    assert "There is no table of costs either." in last
    assert "COSTS AND EXPECTANCY" not in last
    for part in (first, last):
        assert "NOTE: 1 of 2 coins lack the hourly file of funding rates" in part
        assert "n/a: ETH/USDT:USDT." in part


def test_the_trades_that_freqtrade_exported_are_found(market: Path, tmp_path: Path) -> None:
    results = tmp_path / "a folder" / ("x" * 150) / "results"
    results.mkdir(parents=True)
    done = run(
        *("backtest", "--data", str(market), "--pairs", PAIRS, "--timerange", "20250107-20250108"),
        *("--run-folder", str(tmp_path), "--", "--backtest-directory", str(results)),
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert len(list(results.glob("*.zip"))) == 1
    assert "counts twice is not corrected" not in done.stdout


def test_the_exit_status_of_freqtrade_is_passed_on(market: Path, tmp_path: Path) -> None:
    done = run(
        *("backtest", "--data", str(market), "--pairs", "BTC/USDT:USDT", "--run-folder", str(tmp_path)),
        *("--", "--timeframe-detail", "7m"),
    )
    assert done.returncode == 2
