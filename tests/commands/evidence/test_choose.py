"""`companion choose`: on which days choices are judged, and what it refuses before the work."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from companion.__main__ import main
from companion.commands.choose import days_of
from companion.offline.data_folder import open_folder
from tests.offline.test_candle_folder import candles, write

MIDNIGHT = pd.Timestamp("2025-03-01", tz="UTC")
DAY = MIDNIGHT.value // 86_400_000_000_000


def folder_of(path: Path, begin: pd.Timestamp, count: int) -> Path:
    """A data folder with candles of the bitcoin."""
    path.mkdir()
    write(path, "BTC_USDT_USDT-5m-futures", candles(begin, count), [1.0] * count)
    return path


@pytest.mark.parametrize(
    ("begin", "count", "days"),
    [
        (MIDNIGHT, 288, [DAY]),
        (MIDNIGHT, 289, [DAY, DAY + 1]),
        (MIDNIGHT - pd.Timedelta(minutes=5), 289, [DAY - 1, DAY]),
    ],
)
def test_a_last_candle_that_closes_at_midnight_begins_no_day(
    tmp_path: Path, begin: pd.Timestamp, count: int, days: list[int]
) -> None:
    found = days_of([open_folder(folder_of(tmp_path / "one", begin, count))])
    assert found.day.tolist() == days
    assert found.coins.tolist() == [1] * len(days)


def test_a_profile_that_cannot_be_written_is_an_error_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of(tmp_path / "one", MIDNIGHT, 288)
    assert main(("choose", "--data", str(folder), "--save", str(tmp_path))) == 2
    said = capsys.readouterr().err
    assert f"--save {tmp_path}: cannot be written: it is a folder" in said
    assert "combinations" not in said
