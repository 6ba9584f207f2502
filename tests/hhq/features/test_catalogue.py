from __future__ import annotations

import numpy as np

from hhq.features.catalogue import FROM_RECORDS, MIRROR, SWAPPED, Feature, FeatureBlock, Mirror, mirrored
from hhq.panel import RecordedRows


def test_features_are_numbered_without_holes() -> None:
    assert list(Feature) == list(range(53))


def test_every_feature_has_a_mirror_and_swaps_go_both_ways() -> None:
    assert set(MIRROR) == set(Feature)
    assert set(MIRROR.values()) == set(Mirror)
    assert all(SWAPPED[other] is feature for feature, other in SWAPPED.items())
    assert all(MIRROR[other] is MIRROR[feature] for feature, other in SWAPPED.items())


def test_mirroring_twice_gives_the_same_values() -> None:
    values = np.random.default_rng(1).uniform(1.0, 99.0, (len(Feature), 2, 3))
    once = mirrored(values)
    assert not np.array_equal(once, values)
    np.testing.assert_allclose(mirrored(once), values)


def test_the_mirror_turns_sides_and_keeps_sizes() -> None:
    values = np.arange(1.0, 54.0)
    out = mirrored(values)
    assert out[Feature.ZSCORE] == -values[Feature.ZSCORE]
    assert out[Feature.ATR] == values[Feature.ATR]
    assert out[Feature.RSI] == 100.0 - values[Feature.RSI]
    assert out[Feature.PLUS_DI] == values[Feature.MINUS_DI]
    assert out[Feature.VAH] == 2.0 * values[Feature.CLOSE] - values[Feature.VAL]
    assert out[Feature.LIQUIDATED_SHORTS] == values[Feature.LIQUIDATED_LONGS]


def test_every_recorded_row_is_a_feature() -> None:
    assert set(FROM_RECORDS.values()) == set(RecordedRows.__dataclass_fields__)


def test_a_block_gives_a_feature_by_name() -> None:
    values = np.random.default_rng(1).random((len(Feature), 2, 3))
    block = FeatureBlock(("A", "B"), 0, values, np.zeros((2, 3), dtype=np.int64))
    np.testing.assert_array_equal(block[Feature.RSI], values[Feature.RSI])
