"""Several backtests in one process, as hyperopt and the analyses run them; and what a strategy refuses at its start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import cloudpickle  # type: ignore[import-untyped]  # it ships no types
import pandas as pd
import pytest
from freqtrade.exceptions import OperationalException

from tests.strategy.rig import ROOT, Rig


def run_with(backtesting: Any, **parameters: float) -> pd.DataFrame:
    """One epoch as hyperopt runs it: parameters set, the frames of populate_indicators reused."""
    strategy = backtesting.strategy
    for name, value in parameters.items():
        getattr(strategy, name).value = value
    frames = {pair: frame.copy() for pair, frame in backtesting.frames.items()}
    content = backtesting.backtest(processed=frames, start_date=backtesting.begin, end_date=backtesting.end)
    results: pd.DataFrame = content["results"]
    return results[["pair", "is_short", "open_date", "close_date", "leverage", "profit_abs", "exit_reason"]]


def prepared(rig: Rig, **extra: Any) -> Any:
    from freqtrade.data.converter import trim_dataframes
    from freqtrade.data.history import get_timerange

    backtesting = rig.backtesting(**extra)
    data, timerange = backtesting.load_bt_data()
    backtesting._set_strategy(backtesting.strategylist[0])
    backtesting.frames = backtesting.strategy.advise_all_indicators(data)
    trimmed = trim_dataframes(backtesting.frames, timerange, backtesting.required_startup)
    backtesting.begin, backtesting.end = get_timerange(trimmed)
    return backtesting


WIDE = {"z_score_threshold": 1.1, "sl_atr": 3.0, "trail_distance": 2.0}
NARROW = {"z_score_threshold": 2.0, "sl_atr": 1.5, "trail_distance": 0.5}


def test_epochs_differ_by_their_parameters_and_equal_what_separate_runs_give(rig: Rig) -> None:
    together = prepared(rig)
    first, second = run_with(together, **WIDE), run_with(together, **NARROW)
    again = run_with(together, **WIDE)
    assert len(first) != len(second)
    pd.testing.assert_frame_equal(first, again)
    pd.testing.assert_frame_equal(second, run_with(prepared(rig), **NARROW))


def test_each_backtest_has_a_run_of_its_own(rig: Rig) -> None:
    together = prepared(rig)
    run_with(together, **WIDE)
    first = together.strategy.run
    known = list(first.closed.records)
    run_with(together, **NARROW)
    assert together.strategy.run is not first
    assert not together.strategy.run.is_over()
    assert known
    assert first.closed.records == known
    assert len(together.strategy.run.closed.records) != len(known)


@pytest.mark.parametrize(
    "parameter, value",
    [
        ("z_score_threshold", 2.4), ("entry_tightness", 4.0), ("min_confidence", 95), ("sl_atr", 1.0),
        ("tp_atr", 1.5), ("exit_tightness", 0.5), ("trail_distance", 0.3),
    ],
)  # fmt: skip
def test_every_optimised_parameter_changes_the_result(
    rig: Rig, default_epoch: pd.DataFrame, parameter: str, value: float
) -> None:
    assert not run_with(prepared(rig), **{parameter: value}).equals(default_epoch)


def test_the_trails_activation_by_atr_decides_where_leverage_is_low(rig: Rig, tmp_path: Path) -> None:
    """With more leverage the activation by ROI always comes first (docs/exits.md)."""
    path = tmp_path / "hhq.toml"
    path.write_text("[leverage]\nmax_leverage = 1\n")
    backtesting = prepared(rig, hhq={"settings": str(path)})
    early, late = run_with(backtesting, trail_activation=0.5), run_with(backtesting, trail_activation=3.0)
    assert not early.equals(late)


@pytest.fixture(scope="module")
def default_epoch(
    strategy_exchange: Any,
    strategy_tape: Any,
    strategy_market: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Any:
    rig = Rig(strategy_exchange, strategy_tape, strategy_market, tmp_path_factory.mktemp("default"))
    yield run_with(prepared(rig))
    rig.close()


def test_the_strategy_travels_to_another_process(rig: Rig, tmp_path: Path) -> None:
    """As hyperopt sends it: what Freqtrade loaded from a file by value, everything else by name."""
    backtesting = prepared(rig)
    strategy = backtesting.strategy
    assert type(strategy).__module__ not in sys.modules
    strategy.dp = strategy.wallets = None
    payload = tmp_path / "strategy.pickle"
    payload.write_bytes(cloudpickle.dumps(strategy))
    code = (
        "import pickle, sys, pathlib\n"
        f"strategy = pickle.loads(pathlib.Path({str(payload)!r}).read_bytes())\n"
        "print(strategy.settings.signal.z_score_threshold, strategy.custom_exit.__qualname__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, timeout=120, check=False
    )
    assert done.stdout.split() == ["1.6", "IStrategy.custom_exit"], done.stderr


def message(rig: Rig, folder: Path, text: str) -> str:
    path = folder / "hhq.toml"
    path.write_text(text)
    with pytest.raises(OperationalException) as refused:
        rig.backtesting(hhq={"settings": str(path)})
    return str(refused.value)


def test_an_unknown_key_stops_the_start_and_is_named(rig: Rig, tmp_path: Path) -> None:
    assert "hhq.toml" in (text := message(rig, tmp_path, "[signal]\nz_treshold = 1.0\n"))
    assert "signal.z_treshold" in text


def test_a_value_out_of_range_stops_the_start_and_is_named(rig: Rig, tmp_path: Path) -> None:
    assert "sizing.risk_per_trade" in message(rig, tmp_path, "[sizing]\nrisk_per_trade = 50.0\n")


def test_an_optimised_setting_has_one_home(rig: Rig, tmp_path: Path) -> None:
    text = message(rig, tmp_path, "[signal]\nz_score_threshold = 1.5\n")
    assert "signal.z_score_threshold" in text
    assert "HHQStrategy.json" in text


def test_a_settings_file_that_is_missing_is_named(rig: Rig) -> None:
    with pytest.raises(OperationalException, match=r"nowhere\.toml"):
        rig.backtesting(hhq={"settings": "nowhere.toml"})


@pytest.mark.parametrize("value", [None, []])
def test_a_configuration_whose_part_of_ours_is_no_table_is_refused_by_name(rig: Rig, value: object) -> None:
    with pytest.raises(OperationalException, match=r"HHQ settings: hhq = (None|\[\]): not a table"):
        rig.backtesting(hhq=value)


@pytest.mark.processes
def test_the_command_says_it_without_a_traceback(rig: Rig, tmp_path: Path) -> None:
    path = tmp_path / "hhq.toml"
    path.write_text("[signal]\nz_treshold = 1.0\n")
    arguments = rig.arguments("backtest", {"hhq": {"settings": str(path)}})
    configs = [part for config in arguments["config"] for part in ("--config", config)]
    done = subprocess.run(
        [sys.executable, "-m", "freqtrade", "backtesting", *configs, "--strategy", "HHQStrategy",
         "--strategy-path", arguments["strategy_path"], "--userdir", arguments["user_data_dir"],
         "--datadir", arguments["datadir"]],
        capture_output=True, text=True, cwd=ROOT, timeout=120, check=False,
    )  # fmt: skip
    output = done.stdout + done.stderr
    assert done.returncode != 0
    assert "signal.z_treshold" in output
    assert "Traceback" not in output
