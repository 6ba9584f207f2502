"""Features that are kept from candle to candle are those of a computation from scratch."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hhq_freqtrade.analysis.feature_cache as module
from hhq.arrays import FloatArray
from hhq.features.block import compute_features
from hhq.features.catalogue import FeatureBlock
from hhq.panel import WINDOW, Panel, RecordedRows
from hhq.settings.features import FeatureSettings
from hhq_freqtrade.analysis.feature_cache import FeatureCache

pytestmark = pytest.mark.compiled

BARS, FRAME = 2_400, WINDOW + 200
FIRST_BAR = 5_000_000
SETTINGS = FeatureSettings()


@dataclass
class Tape:
    """Candles, recorded rows and SMT of one coin, of which a bot sees a window."""

    prices: FloatArray
    recorded: FloatArray
    smt: FloatArray

    @classmethod
    def drawn(cls, seed: int) -> Tape:
        rng = np.random.default_rng(seed)
        close = 100.0 * np.exp(np.cumsum(rng.normal(0.0, 0.002, BARS)))
        opened = np.concatenate(([100.0], close[:-1]))
        reach = close * np.abs(rng.normal(0.0, 0.001, (2, BARS)))
        prices = np.stack(
            [opened, np.maximum(opened, close) + reach[0], np.minimum(opened, close) - reach[1], close,
             rng.lognormal(5.0, 1.0, BARS)]
        )  # fmt: skip
        recorded = np.where(rng.random((8, BARS)) < 0.3, np.nan, rng.normal(0.0, 1.0, (8, BARS)))
        smt = rng.choice([-1.0, 0.0, 1.0, np.nan], BARS)
        return cls(prices, recorded, smt)

    def window(self, begin: int, end: int) -> tuple[Panel, RecordedRows, FloatArray]:
        shown = (np.ascontiguousarray(row[np.newaxis, begin:end]) for row in self.prices)
        panel = Panel(("SOL/USDT:USDT",), FIRST_BAR + begin, *shown)
        rows = RecordedRows(*(row[np.newaxis, begin:end].copy() for row in self.recorded))
        assert len(fields(RecordedRows)) == len(self.recorded)
        return panel, rows, self.smt[begin:end].copy()


def assert_same(one: FeatureBlock, other: FeatureBlock, first: int) -> None:
    assert (one.symbols, one.first_bar) == (other.symbols, other.first_bar)
    np.testing.assert_array_equal(one.values[:, :, first:], other.values[:, :, first:])
    np.testing.assert_array_equal(one.history[:, first:], other.history[:, first:])


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("on", "again", "back", "far", "price", "volume", "recorded", "smt", "settings")),
        st.integers(1, 40),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 5), STEPS)
def test_every_window_has_the_features_of_a_first_look(seed: int, steps: list[tuple[str, int]]) -> None:
    """The window moves on, stands still, goes back or jumps far away; candles, rows and settings change under it."""
    tape, cache, rule = Tape.drawn(seed), FeatureCache(), SETTINGS
    end = FRAME + 100
    cache.block(*tape.window(end - FRAME, end), rule)
    for what, size in steps:
        if what in ("on", "back", "far"):
            end = min(max(end + {"on": size, "back": -size, "far": 500}[what], FRAME), BARS)
        elif what == "price":
            tape.prices[1:4, end - size] *= 1.0001
        elif what == "volume":
            tape.prices[4, end - size] += 1.0
        elif what == "recorded":
            tape.recorded[size % 8, end - size] = size / 7.0
        elif what == "smt":
            tape.smt[end - size] = 0.0 if tape.smt[end - size] != 0.0 else np.nan
        else:
            rule = FeatureSettings(rsi_period=10 + size % 5)
        window = tape.window(end - FRAME, end)
        assert_same(cache.block(*window, rule), compute_features(*window, rule), WINDOW - 1)


def test_a_short_frame_keeps_the_history_that_older_frames_have_shown() -> None:
    tape, cache = Tape.drawn(1), FeatureCache()
    for end in (1_000, 1_001, 1_040):
        block = cache.block(*tape.window(end - 1_000, end), SETTINGS)
        assert block.history[0, -1] == 1_000
    whole = compute_features(*tape.window(0, 1_040), SETTINGS)
    np.testing.assert_array_equal(block.values[:, :, :960], whole.values[:, :, 40:1_000])


def test_only_candles_that_were_not_there_are_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def counted(
        panel: Panel, recorded: RecordedRows, smt: FloatArray, rule: FeatureSettings, first: int = 0
    ) -> FeatureBlock:
        asked.append(first)
        return compute_features(panel, recorded, smt, rule, first)

    monkeypatch.setattr(module, "compute_features", counted)
    tape, cache = Tape.drawn(2), FeatureCache()
    for end in (FRAME, FRAME + 1, FRAME + 1, FRAME + 4):
        cache.block(*tape.window(end - FRAME, end), SETTINGS)
    cache.forget("SOL/USDT:USDT")
    cache.block(*tape.window(4, FRAME + 4), SETTINGS)
    assert asked == [0, FRAME - 1, FRAME - 3, 0]
