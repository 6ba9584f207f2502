"""The same candle gives the same digest in a long series, in a live window and in the scanner's batch."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from companion.offline.candles import load_funding, load_panel
from companion.offline.data_folder import open_folder
from companion.replay.folder import read_funding
from hhq.arrays import FloatArray
from hhq.funding import funding_on_bars
from hhq.gates import Gate
from hhq.panel import CANDLE_MS, WINDOW
from hhq.settings import HHQSettings
from tests.parity.tape import Tape, different

pytestmark = pytest.mark.compiled

BATCHES = 1_700
LIVE_WINDOWS = 300


def test_the_scanners_batch_has_the_digests_of_the_long_series(
    recording: Tape, settings: HHQSettings, whole_series: FloatArray
) -> None:
    """Every coin × a window of 1,500 candles, the last of which is decided; windows end at random over all months."""
    ends = np.random.default_rng(11).choice(
        np.arange(WINDOW - 1, recording.panel.bars), BATCHES, replace=False
    )
    compared = differing = 0
    ended: Counter[Gate] = Counter()
    for last in np.sort(ends):
        batch = recording.window(int(last)).decided(settings, first=WINDOW - 1)
        compared += batch.digests.size
        differing += different(batch.digests[:, 0], whole_series[:, last])
        ended.update(Gate(int(gate)) for gate in batch.decisions.gate[:, 0])
    print(f"\n{compared:,} coin-candles compared, {differing} differ; {dict(ended.most_common())}")  # noqa: T201 (the log of a run says how much it compared)
    assert compared >= 100_000
    assert differing == 0
    assert ended[Gate.SCORE_PASS] > 1_000
    assert len(ended) >= 12


def test_a_live_window_of_one_coin_has_the_digests_of_the_long_series(
    recording: Tape, settings: HHQSettings, whole_series: FloatArray
) -> None:
    """One coin × 1,500 candles, all of them decided as the strategy does live; the newest counts."""
    rng = np.random.default_rng(12)
    ends = rng.integers(WINDOW - 1, recording.panel.bars, LIVE_WINDOWS)
    coins = rng.integers(0, recording.panel.coins, LIVE_WINDOWS)
    differing = 0
    for coin, last in zip(coins, ends, strict=True):
        window = recording.window(int(last), [coin]).decided(settings)
        differing += different(window.digests[0, -1:], whole_series[coin, [last]])
    assert differing == 0


def test_a_batch_of_long_series_that_begins_elsewhere_has_the_same_digests(
    recording: Tape, settings: HHQSettings, whole_series: FloatArray
) -> None:
    begin, end = 9_137, 14_002
    batch = recording.cut(begin, end).decided(settings)
    first = WINDOW - 1
    compared = batch.digests[:, first:]
    assert compared.size >= 200_000
    assert different(compared, whole_series[:, begin + first : end]) == 0


def test_a_decision_does_not_depend_on_the_other_coins_of_the_batch_nor_on_their_order(
    recording: Tape, settings: HHQSettings
) -> None:
    rng = np.random.default_rng(13)
    stretch = recording.cut(12_000, 14_200)
    together = stretch.decided(settings)
    for size in (1, 2, 7, 31, 61):
        chosen = rng.permutation(stretch.panel.coins)[:size]
        some = stretch.cut(0, stretch.panel.bars, chosen).decided(settings)
        assert different(some.rows, together.rows[:, chosen]) == 0
        assert different(some.digests, together.digests[chosen]) == 0


def test_a_coin_that_is_twice_in_a_batch_has_one_decision(recording: Tape, settings: HHQSettings) -> None:
    stretch = recording.cut(12_000, 14_000, [4, 9, 4])
    twice = stretch.decided(settings)
    assert different(twice.digests[0], twice.digests[2]) == 0


def test_another_setting_is_another_digest_on_every_candle(recording: Tape, settings: HHQSettings) -> None:
    window = recording.window(10_000)
    strict = settings.model_copy(
        update={"signal": settings.signal.model_copy(update={"min_confidence": 69.0})}
    )
    one, other = (window.decided(rule, first=WINDOW - 1).digests for rule in (settings, strict))
    assert different(one, other) == one.size


def test_funding_of_a_window_alone_is_the_funding_of_the_whole_history(recorded_data: Path) -> None:
    """A live bot has the settlements of its window only: the newest candle reads the same rate."""
    folder = open_folder(recorded_data / "binance")
    panel = load_panel(folder)
    whole = load_funding(folder, panel)
    rng = np.random.default_rng(14)
    known = 0
    for coin, pair in enumerate(panel.symbols):
        path = folder.files(pair).funding
        if path is None:
            continue
        history = read_funding(path)
        for last in rng.integers(WINDOW - 1, panel.bars, 40):
            begin = panel.first_bar + int(last) + 1 - WINDOW
            inside = (history.time >= begin * CANDLE_MS) & (history.time <= (begin + WINDOW) * CANDLE_MS)
            window = funding_on_bars(history.time[inside], history.rate[inside], begin, WINDOW)
            assert different(window[-1:], whole[coin, [last]]) == 0, pair
            known += not np.isnan(window[-1])
    assert known > 500
