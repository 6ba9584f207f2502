"""`companion evidence` on a folder with files that hold no candles: their coins are left out by name, the rest goes on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from pyarrow import feather

from companion.__main__ import main
from companion.replay.embedded import MarketSpecification, ensure_market


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ensure_market(tmp_path_factory.mktemp("evidence"), MarketSpecification(coins=4, days=9))


def emptied(market: Path, folder: Path, *bases: str) -> Path:
    """A copy of the market in which no file of these coins has a row."""
    shutil.copytree(market, folder)
    for base in bases:
        for file in (folder / "futures").glob(f"{base}_*.feather"):
            feather.write_feather(feather.read_table(file).slice(0, 0), file)
    return folder


def document_on(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[dict[str, Any], str]:
    assert main(("evidence", "--data", str(folder), "--json", "--processes", "1", *more)) == 0
    said = capsys.readouterr()
    return json.loads(said.out), said.err


def test_a_coin_without_candles_is_left_out_by_name_and_the_others_are_as_without_it(
    market: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = emptied(market, tmp_path / "market", "SOL")
    found, said = document_on(folder, capsys)
    assert "left out, no candles in that time: SOL/USDT:USDT" in said
    kept = [f"{base}/USDT:USDT" for base in ("BTC", "ETH", "XRP")]
    assert [each["pairs"] for each in found["sets"]] == [kept]
    others, silent = document_on(folder, capsys, "--pair", *kept)
    assert others == found
    assert "left out" not in silent


def test_a_coin_whose_candles_all_lie_after_the_time_is_left_out_too(
    market: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "market"
    shutil.copytree(market, folder)
    (file,) = (folder / "futures").glob("SOL_*-5m-futures.feather")
    candles = feather.read_table(file)
    feather.write_feather(candles.slice(candles.num_rows - 288), file)
    _, said = document_on(folder, capsys, "--to", "2025-01-08T00:00")
    assert "left out, no candles in that time: SOL/USDT:USDT" in said


def test_no_candles_of_the_bitcoin_are_no_market_and_no_error(
    market: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found, said = document_on(emptied(market, tmp_path / "market", "BTC"), capsys)
    assert "left out, no candles in that time: BTC/USDT:USDT" in said
    assert found["report"]


def test_nothing_left_is_an_error_that_names_the_folder_and_the_coins(
    market: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = emptied(market, tmp_path / "market", "SOL", "XRP")
    assert main(("evidence", "--data", str(folder), "--pair", "SOL", "XRP")) == 2
    assert f"{folder}: no candles of SOL/USDT:USDT, XRP/USDT:USDT" in capsys.readouterr().err
