"""`companion explain` on one candle: the decision of the strategy, as text and as JSON."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from companion.__main__ import main
from companion.domain_settings.in_force import named_settings
from companion.offline.data_folder import DataFolder, open_folder
from companion.offline.decisions import closing_time, decide_range
from companion.offline.pair_rules import load_pair_rules
from hhq.coins import BTC
from hhq.digest import digest_text
from hhq.gates import Gate
from hhq.settings import HHQSettings
from tests.commands.explain.strategy_columns import (
    DIGEST,
    GATE,
    SOL,
    Run,
    one_candle_of_each_gate,
    strategy_columns,
)


@pytest.mark.parametrize("which", [BTC, SOL])
def test_the_digest_is_that_of_the_strategys_columns(folder: DataFolder, run: Run, which: str) -> None:
    pair = which if which in folder.pairs else folder.pairs[-1]
    rows, frame = strategy_columns(folder, pair)
    for row in one_candle_of_each_gate(rows):
        close = frame["date"].iloc[row] + pd.Timedelta(minutes=5)
        answer = json.loads(run("--pair", pair, "--at", close.isoformat(), "--json"))
        assert answer["digest"] == digest_text(float(rows[DIGEST, row]))
        assert answer["gate"] == Gate(int(rows[GATE, row])).name


def test_recorded_candles_have_the_digest_of_the_strategys_columns(
    recorded_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = open_folder(recorded_data / "binance")
    rows, frame = strategy_columns(folder, SOL)
    for row in one_candle_of_each_gate(rows):
        close = frame["date"].iloc[row] + pd.Timedelta(minutes=5)
        main(("explain", "--data", str(recorded_data), "--pair", SOL, "--at", close.isoformat(), "--json"))
        answer = json.loads(capsys.readouterr().out)
        assert answer["digest"] == digest_text(float(rows[DIGEST, row]))
        assert answer["gate"] == Gate(int(rows[GATE, row])).name


def test_every_kind_of_candle_can_be_printed(folder: DataFolder, run: Run) -> None:
    for pair in (BTC, folder.pairs[-1]):
        rows, frame = strategy_columns(folder, pair)
        for row in one_candle_of_each_gate(rows):
            close = frame["date"].iloc[row] + pd.Timedelta(minutes=5)
            text = run("--pair", pair, "--at", close.isoformat())
            gate = Gate(int(rows[GATE, row]))
            assert ("ACCEPTED" if gate is Gate.SCORE_PASS else "NO SIGNAL") in text.splitlines()[2]
            assert gate.name in text.splitlines()[2]
            assert ("Leverage, factor by factor" in text) == ("Score, layer by layer" in text)
            assert (gate is Gate.SCORE_PASS) == (">>" not in text)


def test_the_three_spellings_of_a_pair_are_one(folder: DataFolder, run: Run) -> None:
    at = f"{folder.span()[1]:%Y-%m-%dT%H:%M}"
    answers = {run("--pair", name, "--at", at) for name in ("BTC/USDT:USDT", "BTCUSDT", "btc")}
    assert len(answers) == 1


def test_the_time_is_the_close_and_may_name_its_zone(folder: DataFolder, run: Run) -> None:
    last = folder.span()[1]
    plain_time = run("--pair", "BTC", "--at", f"{last:%Y-%m-%dT%H:%M}")
    elsewhere = run("--pair", "BTC", "--at", f"{last + timedelta(hours=3):%Y-%m-%dT%H:%M}+03:00")
    assert plain_time == elsewhere
    assert f"closed {last:%Y-%m-%d %H:%M} UTC" in plain_time


def test_a_generated_market_says_so(folder: DataFolder, run: Run) -> None:
    at = f"{folder.span()[1]:%Y-%m-%dT%H:%M}"
    assert "This market is generated" in run("--pair", "BTC", "--at", at)
    assert json.loads(run("--pair", "BTC", "--at", at, "--json"))["generated"] is True


def test_missing_values_are_null_in_json_and_not_available_in_text(folder: DataFolder, run: Run) -> None:
    at = f"{folder.span()[1]:%Y-%m-%dT%H:%M}"
    answer = json.loads(run("--pair", "BTC", "--at", at, "--json"))
    values = {line["feature"]: line["value"] for line in answer["features"]}
    assert values["IMBALANCE"] is None
    assert isinstance(values["CLOSE"], float)
    assert "imbalance           n/a" in run("--pair", "BTC", "--at", at)


def test_a_candle_in_the_warm_up_ends_at_data(folder: DataFolder, run: Run) -> None:
    first = folder.span()[0] + timedelta(hours=1)
    text = run("--pair", "BTC", "--at", f"{first:%Y-%m-%dT%H:%M}")
    assert "12 of 1500 candles" in text.splitlines()[3]


def test_the_random_regime_without_a_book_is_refused_unless_a_setting_trades_it(
    folder: DataFolder, run: Run, tmp_path: Path
) -> None:
    begin, end = folder.span()
    rules, settings = load_pair_rules(folder, folder.pairs), named_settings(None, None)
    for decided in decide_range(folder, rules.coins, begin, end, settings):
        found = np.flatnonzero(decided.decisions.gate[0] == Gate.IMBALANCE_NA)
        if found.size:
            at = closing_time(decided.block.first_bar + int(found[0]))
            words = ("--pair", decided.coins.symbols[0], "--at", f"{at:%Y-%m-%dT%H:%M}")
            assert "IMBALANCE_NA" in run(*words).splitlines()[2]
            traded = tmp_path / "traded.toml"
            traded.write_text("[signal.regime]\nrandom_without_book = true\n")
            assert "IMBALANCE_NA" not in run(*words, "--settings", str(traded)).splitlines()[2]
            return
    pytest.fail("no candle of the market stands in the random regime")


def test_a_market_without_eth_stops_at_the_market_filters(market: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(market, copy)
    for file in (copy / "futures").glob("ETH_*"):
        file.unlink()
    folder = open_folder(copy)
    begin, end = folder.span()
    rules = load_pair_rules(folder, [BTC])
    (decided,) = decide_range(folder, rules.coins, begin, end, HHQSettings())
    ended = np.unique(decided.decisions.gate)
    assert Gate.MARKET_NA in ended
    assert Gate.SCORE_PASS not in ended
