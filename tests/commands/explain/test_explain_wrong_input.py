"""What `companion explain` refuses, and what it says then."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from companion.ground.layout import ROOT
from companion.offline.data_folder import DataFolder
from tests.commands.explain.strategy_columns import Run, refused


def test_a_missing_data_folder_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--pair", "BTC", "--at", "2025-01-05", "--data", "/no/such/folder")
    assert "/no/such/folder" in refused(capsys, *arguments)


def test_a_truncated_file_is_named(market: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(market, copy)
    broken = copy / "futures" / "BTC_USDT_USDT-5m-futures.feather"
    broken.write_bytes(broken.read_bytes()[:4000])
    arguments = ("--data", str(copy), "--pair", "BTC", "--at", "2025-01-05")
    assert broken.name in refused(capsys, *arguments)


def test_a_file_damaged_in_the_middle_is_named(
    market: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(market, copy)
    broken = copy / "futures" / "BTC_USDT_USDT-5m-futures.feather"
    content = bytearray(broken.read_bytes())
    content[200:-1000] = bytes(len(content) - 1200)
    broken.write_bytes(content)
    arguments = ("--data", str(copy), "--pair", "BTC", "--at", "2025-01-05")
    assert broken.name in refused(capsys, *arguments)


def test_an_unknown_pair_is_named_with_what_looks_like_it(
    market: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ("--data", str(market), "--at", "2025-01-05", "--pair")
    assert "'NOPEUSDT'" in refused(capsys, *common, "NOPEUSDT")
    assert "did you mean BTC/USDT:USDT" in refused(capsys, *common, "BTX")


@pytest.mark.parametrize(
    ("at", "named"),
    [
        ("yesterday", "'yesterday' is not a time"),
        ("2025-01-05T12:07", "2025-01-05T12:05 and 2025-01-05T12:10"),
        ("2025-01-05T12:05:30", "no close of a 5m candle"),
        ("2019-01-05T12:05", "its candles close from"),
        ("2031-01-05T12:05", "its candles close from"),
    ],
)
def test_a_wrong_time_is_explained(
    market: Path, capsys: pytest.CaptureFixture[str], at: str, named: str
) -> None:
    assert named in refused(capsys, "--data", str(market), "--pair", "BTC", "--at", at)


def test_a_hole_in_the_candles_is_decided_as_freqtrade_fills_it(
    market: Path, tmp_path: Path, run: Run
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(market, copy)
    file = copy / "futures" / "BTC_USDT_USDT-5m-futures.feather"
    frame = pd.read_feather(file)
    hole = frame["date"].iloc[500] + pd.Timedelta(minutes=5)
    frame.drop(index=500).reset_index(drop=True).to_feather(file)
    told = run("--data", str(copy), "--pair", "BTC", "--at", f"{hole:%Y-%m-%dT%H:%M}")
    assert f"candle that closed {hole:%Y-%m-%d %H:%M}" in told
    assert "501 of 1500 candles" in told, "it breaks no history"


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("[signal]\nz_threshold = 2.0\n", "signal.z_threshold: unknown setting"),
        ("[leverage]\nmax_leverage = 500\n", "leverage.max_leverage = 500"),
        ("[signal]\nmin_confidence = 70\n", "set in HHQStrategy.json"),
        ("[signal\n", "own.toml"),
    ],
)
def test_wrong_settings_are_named(
    market: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, named: str
) -> None:
    file = tmp_path / "own.toml"
    file.write_text(content)
    arguments = ("--data", str(market), "--pair", "BTC", "--at", "2025-01-05", "--settings", str(file))
    assert named in refused(capsys, *arguments)


@pytest.mark.parametrize("option", ["--settings", "--parameters", "--exchange-info"])
def test_a_missing_file_is_named(market: Path, capsys: pytest.CaptureFixture[str], option: str) -> None:
    common = ("--data", str(market), "--pair", "BTC", "--at", "2025-01-05")
    assert "/no/such/file" in refused(capsys, *common, option, "/no/such/file")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--pair", "BTC"), "--at is missing"),
        (("--at", "2025-01-05"), "--pair is to name the one coin"),
        (("--at", "2025-01-05", "--pair", "BTC", "ETH"), "--pair is to name the one coin"),
        (("--at", "2025-01-05", "--pair", "BTC", "--from", "2025-01-05"), "belong to --funnel"),
        (("--funnel", "--at", "2025-01-05"), "--at belongs to"),
        (("--funnel", "--from", "2025-01-05T00:01"), "--from '2025-01-05T00:01'"),
        (("--funnel", "--to", "soon"), "--to 'soon' is not a time"),
        (("--funnel", "--from", "2031-01-05", "--to", "2031-01-06"), "outside the data"),
        (("--funnel", "--from", "2031-01-05", "--to", "2030-01-06"), "is not before"),
        (("--sideways",), "--sideways"),
    ],
)
def test_wrong_combinations_are_explained(
    market: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], named: str
) -> None:
    assert named in refused(capsys, "--data", str(market), *arguments)


def test_a_reader_that_has_seen_enough_is_no_error(market: Path, folder: DataFolder) -> None:
    at = f"{folder.span()[1]:%Y-%m-%dT%H:%M}"
    words = f"{sys.executable} -m companion explain --data {market} --pair BTC --at {at} | true; exit ${{PIPESTATUS[0]}}"
    result = subprocess.run(("bash", "-c", words), cwd=ROOT, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
