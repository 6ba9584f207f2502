"""Record from the replay exchange, then backtest on the recordings with the real freqtrade."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest

from companion.__main__ import main
from companion.demo.bot import DEMO_SETTINGS
from companion.ground.layout import ROOT
from companion.offline.data_folder import DataFolder, open_folder
from companion.recorder.status import RecorderStatus
from companion.replay.app import AppOptions
from companion.replay.clock import ManualClock
from companion.replay.embedded import MarketSpecification, ensure_market
from companion.replay.market import load_market
from companion.settings.recorder import RecorderSettings
from hhq.digest import digest_text
from hhq.panel import CANDLE_MS
from hhq_shared.recorded_archive import Archive
from hhq_shared.recorded_format import FOLDER, INPUTS
from tests.commands.explain.strategy_in_freqtrade import columns_of, strategy_on
from tests.recorder.replayed import Replayed
from tests.replay.server import RunningExchange

pytestmark = [pytest.mark.processes, pytest.mark.timeout(600)]

BEGIN_BAR = 5_788_052
"""Forty candles before a squeeze of BTC: shorts are liquidated in the last seconds of a candle that is bought."""
HOURS = 8
LIVE_ONLY_LAYERS = (2, 5, 6, 7, 16)
RECORDED = [name for name in INPUTS if name != "funding_rate"]


@dataclass(frozen=True)
class Run:
    """A folder with recordings of some hours, and the strategy's columns before and after they were made."""

    folder: DataFolder
    status: RecorderStatus
    without: dict[str, pd.DataFrame]
    columns: dict[str, pd.DataFrame]
    first_bar: int
    last_bar: int

    def within(self, frame: pd.DataFrame) -> pd.Series:
        bars = frame["date"].astype("datetime64[ms, UTC]").astype("int64") // CANDLE_MS
        inside: pd.Series = (bars >= self.first_bar) & (bars <= self.last_bar)
        return inside


def columns_on(folder: DataFolder, place: Path) -> dict[str, pd.DataFrame]:
    begin, end = datetime.fromtimestamp(BEGIN_BAR * CANDLE_MS / 1000, UTC), folder.span()[1]
    tape = load_market(folder.path)
    with (
        RunningExchange(tape, ManualClock(tape.end - 60_000), AppOptions(weight_limit=10**9)) as exchange,
        strategy_on(exchange.port, folder.path, folder.pairs, begin, end, place) as strategy,
    ):
        return {pair: columns_of(strategy, pair) for pair in folder.pairs}


@pytest.fixture(scope="module")
def recorded_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    place = tmp_path_factory.mktemp("recorded")
    folder = open_folder(ensure_market(place / "market", MarketSpecification(coins=4, days=11)))
    without = columns_on(folder, place)
    begin = BEGIN_BAR * CANDLE_MS
    replayed = Replayed(folder.path, begin)
    recorder = asyncio.run(
        replayed.record(begin + HOURS * 3_600_000, folder.path / FOLDER, RecorderSettings())
    )
    # The last candle closes at the moment at which the service is stopped.
    last = BEGIN_BAR + HOURS * 12 - 2
    return Run(folder, recorder.status(), without, columns_on(folder, place), BEGIN_BAR, last)


def test_every_candle_is_sealed_and_every_input_is_there(recorded_run: Run) -> None:
    status = recorded_run.status
    assert status.sealed == HOURS * 12 - 1
    assert status.void == {}
    assert status.alarms == ()
    assert set(status.not_available_since_ms.values()) == {None}


def test_the_backtests_features_are_the_recorded_rows_and_not_available_elsewhere(recorded_run: Run) -> None:
    archive = Archive(recorded_run.folder.path / FOLDER)
    for pair, frame in recorded_run.columns.items():
        inside = recorded_run.within(frame)
        rows = archive.rows(pair, recorded_run.first_bar, int(inside.sum()))
        for name in RECORDED:
            column = frame[f"hhq_{name}"].to_numpy()
            assert np.isnan(column[~inside]).all(), (pair, name)
            expected = getattr(rows, name)[0]
            np.testing.assert_allclose(column[inside], expected, rtol=1e-8, equal_nan=True)
            assert np.isfinite(expected).any(), (pair, name)


def test_the_live_only_layers_give_points_where_there_are_recordings_and_none_elsewhere(
    recorded_run: Run,
) -> None:
    given = dict.fromkeys(LIVE_ONLY_LAYERS, 0)
    for frame in recorded_run.columns.values():
        inside = recorded_run.within(frame)
        for layer in LIVE_ONLY_LAYERS:
            points = frame[f"hhq_layer_{layer:02d}"].fillna(0.0)
            assert (points[~inside] == 0.0).all()
            given[layer] += int((points[inside] != 0.0).sum())
    assert all(given.values()), given
    for frame in recorded_run.without.values():
        assert not frame[[f"hhq_layer_{layer:02d}" for layer in LIVE_ONLY_LAYERS]].fillna(0.0).any().any()


def test_the_recorded_spread_acts_on_the_entry_and_nothing_changes_outside_the_recordings(
    recorded_run: Run,
) -> None:
    moved = 0
    for pair, frame in recorded_run.columns.items():
        before, inside = recorded_run.without[pair], recorded_run.within(frame)
        pd.testing.assert_series_equal(frame["hhq_digest"][~inside], before["hhq_digest"][~inside])
        assert (frame["hhq_digest"][inside] != before["hhq_digest"][inside]).any()
        both = inside & (frame["hhq_pullback"] > 0) & (before["hhq_pullback"] > 0)
        moved += int((frame["hhq_pullback"][both] != before["hhq_pullback"][both]).sum())
    assert moved > 0


def test_explain_reads_the_same_recordings_digest_by_digest(
    recorded_run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = 0
    for pair, frame in recorded_run.columns.items():
        inside = frame[recorded_run.within(frame)]
        chosen = {int(inside.index[0]), int(inside.index[-2])}
        for layer in LIVE_ONLY_LAYERS:
            points = inside[f"hhq_layer_{layer:02d}"].fillna(0.0)
            chosen.update(int(row) for row in points.index[points != 0.0][:2])
        for row in sorted(chosen):
            close = frame["date"].loc[row] + pd.Timedelta(minutes=5)
            arguments = (
                "--data",
                str(recorded_run.folder.path),
                "--pair",
                pair,
                "--at",
                close.isoformat(),
                "--json",
            )
            assert main(("explain", *arguments)) == 0
            answer = json.loads(capsys.readouterr().out)
            assert answer["digest"] == digest_text(float(frame["hhq_digest"].loc[row]))
            asked += 1
    assert asked >= 8


def test_the_real_freqtrade_backtests_on_the_recordings(recorded_run: Run, tmp_path: Path) -> None:
    """Its exported signals carry the recorded rows: that process read them from the data folder by itself."""
    begin = datetime.fromtimestamp(BEGIN_BAR * CANDLE_MS / 1000, UTC)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "companion", "backtest", "--data", str(recorded_run.folder.path)),
            *("--timerange", f"{begin:%Y%m%d}-{begin + timedelta(days=2):%Y%m%d}", "--run-folder", str(tmp_path)),
            # The guide enters in every coin within two days.
            *("--settings", str(DEMO_SETTINGS)),
            *("--", "--export", "signals", "--backtest-directory", str(tmp_path)),
        ],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert "BACKTESTING REPORT" in done.stdout
    signals = exported_signals(tmp_path)
    inside = {pair: frame[recorded_run.within(frame)] for pair, frame in signals.items()}
    assert sum(len(frame) for frame in inside.values()) > 0
    for pair, frame in signals.items():
        within = recorded_run.within(frame)
        assert frame["hhq_spread_pct"].notna().equals(within), pair
        ours = recorded_run.columns[pair].set_index("date")
        for name in RECORDED:
            expected = ours[f"hhq_{name}"].loc[frame["date"]].to_numpy()
            np.testing.assert_array_equal(frame[f"hhq_{name}"].to_numpy(), expected)


def exported_signals(folder: Path) -> dict[str, pd.DataFrame]:
    """The candles of the entries, by pair, out of what `--export signals` wrote."""
    (archive,) = folder.glob("*.zip")
    with zipfile.ZipFile(archive) as content:
        (name,) = [name for name in content.namelist() if name.endswith("_signals.pkl")]
        found: dict[str, dict[str, Any]] = joblib.load(BytesIO(content.read(name)))
    return dict(found["HHQStrategy"])
