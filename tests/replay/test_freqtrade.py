"""The unmodified freqtrade command against the exchange, by config/replay.json alone."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest

from tests.replay.sample_market import BASE, COINS, source

pytestmark = pytest.mark.processes

ROOT = Path(__file__).parents[2]
PAIRS = ["BTC/USDT:USDT", "SOL/USDT:USDT"]
STRATEGY = """
from freqtrade.strategy import IStrategy

class Watcher(IStrategy):
    timeframe = "5m"
    can_short = True
    minimal_roi = {"0": 10.0}
    stoploss = -0.5
    startup_candle_count = 20

    def populate_indicators(self, dataframe, metadata):
        last = dataframe.iloc[-1]
        print("ANALYSED", metadata["pair"], int(last["date"].timestamp() * 1000), last["close"], flush=True)
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        dataframe["enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        return dataframe
"""


class Exchange:
    """The exchange as a process, and what it says of itself."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.status: dict[str, Any] = httpx.get(f"{url}/replay/status", timeout=20.0).json()


@pytest.fixture(scope="module")
def exchange(market_folder: Path) -> Iterator[Exchange]:
    command = [sys.executable, "-m", "companion.replay", "--data", str(market_folder), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        yield Exchange(process.stdout.readline().split(" on ")[1].split()[0])
        process.terminate()


@pytest.fixture(scope="module")
def work(exchange: Exchange, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user folder whose configuration is the project's layer with the port of this exchange."""
    folder = tmp_path_factory.mktemp("freqtrade")
    (folder / "user_data" / "strategies").mkdir(parents=True)
    (folder / "user_data" / "strategies" / "watcher.py").write_text(STRATEGY)
    layer = (ROOT / "config" / "replay.json").read_text()
    host = exchange.url.removeprefix("http://")
    (folder / "replay.json").write_text(layer.replace("127.0.0.1:8095", host))
    base = {
        "trading_mode": "futures",
        "margin_mode": "isolated",
        "stake_currency": "USDT",
        "stake_amount": 200,
        "dry_run": True,
        "dry_run_wallet": 10_000,
        "max_open_trades": 2,
        "timeframe": "5m",
        "initial_state": "running",
        "exchange": {"pair_whitelist": PAIRS, "pair_blacklist": []},
        "entry_pricing": {"price_side": "other", "use_order_book": True, "order_book_top": 1},
        "exit_pricing": {"price_side": "other", "use_order_book": True, "order_book_top": 1},
        "pairlists": [{"method": "StaticPairList"}],
    }
    (folder / "base.json").write_text(json.dumps(base))
    return folder


def command(work: Path, name: str, *arguments: str) -> list[str]:
    files = [
        "--userdir",
        str(work / "user_data"),
        "-c",
        str(work / "base.json"),
        "-c",
        str(work / "replay.json"),
    ]
    return [str(Path(sys.executable).parent / "freqtrade"), name, *files, *arguments]


def environment() -> dict[str, str]:
    return {**os.environ, "COLUMNS": "200", "PYTHONUNBUFFERED": "1"}


def completed(work: Path, name: str, *arguments: str) -> str:
    result = subprocess.run(
        command(work, name, *arguments),
        capture_output=True, text=True, timeout=200, cwd=work, env=environment(), check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr[-3000:]
    return result.stdout


def test_list_markets_and_list_pairs_show_the_coins(work: Path) -> None:
    output = completed(work, "list-markets", "--all", "--print-json")
    markets = json.loads(next(line for line in output.splitlines() if line.startswith("[")))
    assert set(markets) >= {f"{sample.base}/USDT:USDT" for sample in COINS if sample.first == 0}
    pairs = completed(work, "list-pairs", "--quote", "USDT", "-1")
    assert set(PAIRS) <= set(pairs.split())


def test_download_data_gives_back_the_source_candle_by_candle(
    exchange: Exchange, work: Path, market_folder: Path, tmp_path: Path
) -> None:
    completed(work, "download-data", "--datadir", str(tmp_path), "-t", "5m", "1h", "--days", "3")
    offset = exchange.status["offset_ms"]
    for pair in PAIRS:
        stem = pair.replace("/", "_").replace(":", "_")
        got = pd.read_feather(tmp_path / "futures" / f"{stem}-5m-futures.feather")
        assert len(got) > 3 * 288 - 1
        compare(got, source(market_folder, f"{stem}-5m-futures"), offset)
        mark = pd.read_feather(tmp_path / "futures" / f"{stem}-1h-mark.feather")
        assert len(mark) >= 72
        compare(mark, source(market_folder, f"{stem}-1h-mark"), offset)
        funding = pd.read_feather(tmp_path / "futures" / f"{stem}-1h-funding_rate.feather")
        assert len(funding) >= 9
        # Newer versions write the rate under its own name, older ones as the open.
        assert set(funding.columns) == {"date", "funding_rate"}
        funding = funding.rename(columns={"funding_rate": "open"})
        compare(funding, source(market_folder, f"{stem}-1h-funding_rate"), offset)
        hours = pd.read_feather(tmp_path / "futures" / f"{stem}-1h-futures.feather")
        assert hours["volume"].iloc[1] == pytest.approx(hour_volume(got, hours["date"].iloc[1]))


def test_open_interest_candles_are_downloaded(exchange: Exchange, work: Path, tmp_path: Path) -> None:
    arguments = ("--datadir", str(tmp_path), "-t", "1h", "--days", "3", "--candle-types", "open_interest")
    completed(work, "download-data", *arguments)
    for pair in PAIRS:
        stem = pair.replace("/", "_").replace(":", "_")
        got = pd.read_feather(tmp_path / "futures" / f"{stem}-1h-open_interest.feather")
        assert len(got) >= 70
        assert np.all(np.diff(milliseconds(got)) == 3_600_000)
        assert (got["open_interest_amount"] > 0.0).all()
        assert (got["open_interest_value"] > got["open_interest_amount"]).all()


def compare(got: pd.DataFrame, wanted: pd.DataFrame, offset: int) -> None:
    """All columns equal, times moved by `offset`; a candle that is still forming is not downloaded."""
    times = milliseconds(got) - offset
    kept = wanted[np.isin(milliseconds(wanted), times)]
    assert milliseconds(kept).tolist() == times.tolist()
    for column in got.columns.drop("date"):
        assert kept[column].tolist() == got[column].tolist()


def milliseconds(frame: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.asarray(pd.DatetimeIndex(frame["date"]).as_unit("ms").asi8)


def hour_volume(candles: pd.DataFrame, hour: pd.Timestamp) -> float:
    inside = (candles["date"] >= hour) & (candles["date"] < hour + pd.Timedelta(hours=1))
    return float(candles.loc[inside, "volume"].sum())


def test_a_dry_run_starts_analyses_the_newest_closed_candle_and_enters(
    exchange: Exchange, work: Path, market_folder: Path
) -> None:
    arguments = command(work, "trade", "--dry-run", "--strategy", "Watcher", "--db-url", "sqlite://")
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=work, env=environment()
    ) as bot:
        # The bot may hang instead of logging: then only its end ends the reading.
        guard = threading.Timer(150.0, bot.kill)
        guard.start()
        assert bot.stdout is not None
        seen: list[str] = []
        wanted = ("RUNNING", "ANALYSED BTC", "ANALYSED SOL", "has been fulfilled")
        for line in bot.stdout:
            seen.append(line)
            if all(any(text in earlier for earlier in seen) for text in wanted):
                break
        bot.send_signal(signal.SIGINT)
        rest = bot.stdout.read()
        guard.cancel()
    output = "".join(seen)
    assert all(text in output for text in wanted), (output + rest)[-4000:]
    # Freqtrade prints a traceback of its own where the signal meets it in the middle of a database commit.
    assert "Traceback" not in output
    check_analysed(output, source(market_folder, "BTC_USDT_USDT-5m-futures"), exchange.status["offset_ms"])


def check_analysed(output: str, frame: pd.DataFrame, offset: int) -> None:
    match = re.search(r"ANALYSED BTC/USDT:USDT (\d+) ([0-9.]+)", output)
    assert match is not None
    row = frame[milliseconds(frame) == int(match[1]) - offset]
    assert row["close"].tolist() == [float(match[2])]
    assert int(match[1]) % BASE == 0
