"""Decisions on the first t candles are the first t decisions on all of them: nothing looks ahead."""

from __future__ import annotations

import numpy as np
import pytest

from hhq.arrays import FloatArray
from hhq.settings import HHQSettings
from tests.parity.tape import Tape, different

pytestmark = pytest.mark.compiled


def test_decisions_on_a_prefix_are_the_first_decisions_on_the_whole_series(
    recording: Tape, settings: HHQSettings, whole_series: FloatArray
) -> None:
    """Every coin, cut at a random candle of its life: gate, side, score, leverage, entry price are in the digest."""
    rng = np.random.default_rng(21)
    compared = 0
    for coin in range(recording.panel.coins):
        listed = int(np.argmax(~np.isnan(recording.panel.close[coin])))
        end = int(rng.integers(listed + 1, recording.panel.bars))
        prefix = recording.cut(0, end, [coin]).decided(settings).digests
        compared += prefix.size
        assert different(prefix[0], whole_series[coin, :end]) == 0, recording.panel.symbols[coin]
    print(f"\n{compared:,} coin-candles of prefixes compared")  # noqa: T201 (the log of a run says how much it compared)


@pytest.mark.parametrize("end", [1, 2, 288, 1_499, 1_500, 1_501, 6_000, 21_599])
def test_a_prefix_that_ends_at_an_edge_decides_alike(
    recording: Tape, settings: HHQSettings, whole_series: FloatArray, end: int
) -> None:
    prefix = recording.cut(0, end, [0, 11, 18]).decided(settings, first=max(end - 300, 0)).digests
    assert different(prefix, whole_series[[0, 11, 18], max(end - 300, 0) : end]) == 0


def test_every_part_of_a_decision_is_the_same_on_a_prefix(recording: Tape, settings: HHQSettings) -> None:
    """The rows themselves, to make sure that equal digests mean equal decisions."""
    stretch = recording.cut(4_000, 7_500)
    whole = stretch.decided(settings)
    for end in np.random.default_rng(22).integers(1_500, 3_500, 3):
        prefix = stretch.cut(0, int(end)).decided(settings)
        assert different(prefix.rows, whole.rows[:, :, :end]) == 0
        assert different(prefix.block.values, whole.block.values[:, :, :end]) == 0
        assert (prefix.block.history == whole.block.history[:, :end]).all()


def test_what_comes_later_can_be_anything(recording: Tape, settings: HHQSettings) -> None:
    """A later crash of every coin, BTC and ETH included, does not reach back in time."""
    stretch = recording.cut(4_000, 6_200, [0, 11, 18, 40])
    before = stretch.decided(settings).digests
    for panel in (stretch.panel, stretch.btc, stretch.eth):
        for prices in (panel.open, panel.high, panel.low, panel.close):
            prices[:, 2_000:] *= 0.5
    stretch.recorded.imbalance[:, 2_000:] = 99.0
    after = stretch.decided(settings).digests
    assert different(after[:, :2_000], before[:, :2_000]) == 0
    assert different(after[:, 2_000:], before[:, 2_000:]) == before[:, 2_000:].size
