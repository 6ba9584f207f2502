"""Wrong input: a message that names it, exit status 2, no traceback, nothing started."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from companion.__main__ import main
from companion.ground.layout import LOCALHOST, ROOT
from companion.replay.embedded import MarketSpecification, ensure_market


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ensure_market(tmp_path_factory.mktemp("data"), MarketSpecification(coins=3, days=2))


@pytest.fixture
def occupied_port() -> Iterator[int]:
    with socket.socket() as server:
        server.bind((LOCALHOST, 0))
        server.listen()
        yield server.getsockname()[1]


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 2
    message = capsys.readouterr().err
    assert message.startswith("companion: ")
    return message


@pytest.mark.parametrize("command", [("demo", "--coins", "3", "--run-folder"), ("serve", "--config")])
def test_a_folder_in_which_nothing_can_be_written_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: tuple[str, ...]
) -> None:
    # A file where a folder has to be: unlike a read-only folder, it stops root too.
    (tmp_path / "run").touch()
    given = tmp_path / "run" / "inner"
    if command[0] == "serve":
        given = tmp_path / "companion.toml"
        given.write_text(
            f'[server]\nport = 0\n[security]\nlogin_file = "{tmp_path}/run/login.json"\n'
            f'[store]\nurl = "sqlite:///{tmp_path}/run/companion.sqlite"\n'
        )
    assert main([*command, str(given)]) == 1
    message = capsys.readouterr().err
    assert f"companion: {tmp_path}/run" in message
    assert "Traceback" not in message


def test_settings_of_the_demonstration_that_cannot_be_used_are_named_before_anything_is_made(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = tmp_path / "demo.toml"
    wrong.write_text('profil = "x"\n')
    monkeypatch.setattr("companion.demo.bot.DEMO_SETTINGS", wrong)
    said = refused(capsys, "demo", "--coins", "3", "--run-folder", str(tmp_path / "run"))
    assert said == "companion: demo.toml: profil: unknown setting\n"
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("command", [("backtest",), ("analysis", "lookahead"), ("demo",)])
def test_a_missing_data_folder_is_named(capsys: pytest.CaptureFixture[str], command: tuple[str, ...]) -> None:
    ports = ("--api-port", "1", "--replay-port", "2") if command == ("demo",) else ()
    assert "/no/such/folder" in refused(capsys, *command, *ports, "--data", "/no/such/folder")


def test_a_folder_without_candles_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "futures").mkdir()
    assert str(tmp_path) in refused(capsys, "backtest", "--data", str(tmp_path))


def test_a_truncated_file_is_named(capsys: pytest.CaptureFixture[str], market: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(market, folder)
    broken = next((folder / "futures").glob("*-5m-futures.feather"))
    broken.write_bytes(broken.read_bytes()[:1000])
    assert broken.name in refused(capsys, "backtest", "--data", str(folder))


@pytest.mark.parametrize(
    ("timerange", "named"),
    [
        ("soon", "soon"),
        ("20250101", "20250101"),
        ("20250145-20250201", "20250145"),
        ("20240101-20240201", "outside"),
        ("20250102-20250101", "ends before it begins"),
        ("-", "'-'"),
    ],
)
def test_a_wrong_time_range_is_explained(
    capsys: pytest.CaptureFixture[str], market: Path, timerange: str, named: str
) -> None:
    message = refused(capsys, "backtest", "--data", str(market), f"--timerange={timerange}")
    assert "TIMERANGE" in message
    assert named in message


@pytest.mark.parametrize("pairs", ["some", "NOPE/USDT:USDT", "BTC/USDT:USDT,NOPE/USDT:USDT", " "])
def test_unknown_pairs_are_named(capsys: pytest.CaptureFixture[str], market: Path, pairs: str) -> None:
    message = refused(capsys, "backtest", "--data", str(market), "--pairs", pairs)
    assert pairs.split(",")[-1].strip() in message


@pytest.mark.parametrize("speed", ["0.5", "301", "nan", "fast"])
def test_a_speed_out_of_range_is_named(capsys: pytest.CaptureFixture[str], speed: str) -> None:
    assert speed in refused(capsys, "demo", "--speed", speed)


def test_too_few_coins_are_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    ports = ("--api-port", "1", "--replay-port", "2")
    assert "coins" in refused(capsys, "demo", *ports, "--coins", "1", "--run-folder", str(tmp_path))


def test_an_unknown_option_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--bogus" in refused(capsys, "backtest", "--bogus")


def test_arguments_for_freqtrade_are_refused_where_none_is_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--fee" in refused(capsys, "doctor", "--", "--fee", "0.1")


@pytest.mark.parametrize("option", ["--api-port", "--replay-port"])
def test_an_occupied_port_is_named_with_what_to_set(
    capsys: pytest.CaptureFixture[str], occupied_port: int, option: str
) -> None:
    message = refused(capsys, "demo", option, str(occupied_port))
    assert str(occupied_port) in message
    assert option in message


def test_a_program_started_with_wrong_input_prints_no_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "companion", "backtest", "--data", "/no/such/folder"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.splitlines() == ["companion: data folder not found: /no/such/folder"]


@pytest.mark.parametrize("command", ["", "demo", "backtest", "analysis", "doctor"])
def test_every_command_has_help(capsys: pytest.CaptureFixture[str], command: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--help"])
    assert ended.value.code == 0
    assert "usage: python -m companion" in capsys.readouterr().out
