"""`companion explain --funnel`: what it counts."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from companion.__main__ import main
from companion.offline.data_folder import DataFolder, open_folder
from companion.offline.decisions import decide_candle, decide_range
from companion.offline.pair_rules import load_pair_rules
from hhq.coins import BTC, ETH
from hhq.gates import Gate
from hhq.settings import HHQSettings
from tests.commands.explain.strategy_columns import GATE, Run, strategy_columns


def test_the_funnel_counts_what_the_columns_hold(folder: DataFolder, run: Run) -> None:
    pair = folder.pairs[-1]
    rows, _ = strategy_columns(folder, pair)
    answer = json.loads(run("--funnel", "--pair", pair, "--json"))
    assert answer["candles"] == rows.shape[1]
    assert answer["pairs"] == [pair]
    counted = {line["name"]: line["count"] for line in answer["gates"]}
    assert counted == {name: int(np.count_nonzero(rows[GATE] == Gate[name])) for name in counted}


def test_the_funnel_takes_all_coins_of_the_folder_by_default(folder: DataFolder, run: Run) -> None:
    answer = json.loads(run("--funnel", "--json"))
    assert answer["pairs"] == list(folder.pairs)
    some = json.loads(run("--funnel", "--pair", "BTC", "ETHUSDT", "--json"))
    assert some["pairs"] == [BTC, ETH]


def test_the_funnel_of_a_range_holds_the_candles_that_open_in_it(folder: DataFolder, run: Run) -> None:
    end = folder.span()[1]
    begin = end - timedelta(hours=2)
    bounds = ("--from", f"{begin:%Y-%m-%dT%H:%M}", "--to", f"{end:%Y-%m-%dT%H:%M}")
    answer = json.loads(run("--funnel", *bounds, "--pair", "BTC,ETH", "--json"))
    assert answer["candles"] == 2 * 24


def test_the_funnel_does_not_depend_on_where_the_range_begins(folder: DataFolder, run: Run) -> None:
    end = folder.span()[1]
    rules, settings = load_pair_rules(folder, [BTC]), HHQSettings()
    short, long = (
        next(decide_range(folder, rules.coins, end - length, end, settings))
        for length in (timedelta(hours=1), timedelta(days=2))
    )
    np.testing.assert_array_equal(short.block.values, long.block.values[:, :, -12:])
    np.testing.assert_array_equal(short.decisions.gate, long.decisions.gate[:, -12:])
    alone = decide_candle(folder, rules.coins, end, settings)
    np.testing.assert_array_equal(alone.block.values[:, :, 0], long.block.values[:, :, -1])


def test_the_funnel_as_text_shows_gates_sides_and_scores(run: Run) -> None:
    text = run("--funnel")
    for words in ("SCORE_PASS", "by side", "by regime", "raw sum", "90…<100", "This market is generated"):
        assert words in text


def test_coins_that_have_no_candles_in_the_range_are_named(
    market: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(market, copy)
    file = copy / "futures" / "ETH_USDT_USDT-5m-futures.feather"
    pd.read_feather(file).iloc[:100].to_feather(file)
    begin = open_folder(copy).span()[0] + timedelta(days=8)
    assert main(("explain", "--data", str(copy), "--funnel", "--from", begin.isoformat())) == 0
    assert "no candles there: ETH/USDT:USDT" in capsys.readouterr().out
