"""Digests: equal inputs give equal digests, and any change shows."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from hhq.coins import CoinTable
from hhq.compiled import source_digest
from hhq.decide import Decisions, decide
from hhq.decision_rows import DECISION_ROWS, decision_digests, decision_rows
from hhq.digest import column_digests, digest_seed, digest_text, settings_digest
from hhq.features.catalogue import Feature, FeatureBlock
from hhq.gates import Gate
from hhq.layers import LAYERS
from hhq.settings import HHQSettings
from tests.hhq.one_candle import SYMBOL, block, market

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
SEED = digest_seed(HHQSettings())


def of_column(values: list[float], seed: int = SEED) -> float:
    return float(column_digests(np.array(values)[:, np.newaxis], 1, seed)[0])


def digest(candle: FeatureBlock, rows: np.ndarray, seed: int = SEED) -> float:
    return float(decision_digests(candle, rows, seed)[0, 0])


def decision(candle: FeatureBlock) -> Decisions:
    coins = CoinTable.of((SYMBOL,), np.array([0.001]))
    return decide(candle, market(bars=candle.values.shape[2]), coins, HHQSettings())


@given(st.lists(NUMBERS, min_size=1, max_size=60), st.data())
def test_a_digest_changes_with_any_value(values: list[float], data: st.DataObject) -> None:
    row = data.draw(st.integers(0, len(values) - 1))
    other = data.draw(NUMBERS | st.just(math.nan))
    changed = [*values[:row], other, *values[row + 1 :]]
    same = other == values[row]
    assert (of_column(changed) == of_column(values)) is same


@given(st.lists(NUMBERS, min_size=1, max_size=20), st.data())
def test_a_digest_changes_with_the_smallest_step_of_a_value(values: list[float], data: st.DataObject) -> None:
    row = data.draw(st.integers(0, len(values) - 1))
    changed = list(values)
    changed[row] = math.nextafter(values[row], math.inf)
    assert of_column(changed) != of_column(values)


@given(st.lists(NUMBERS, min_size=2, max_size=20, unique=True))
def test_a_digest_depends_on_the_order_of_the_rows(values: list[float]) -> None:
    assert of_column(values[::-1]) != of_column(values)


@given(st.integers(1, 60), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_a_column_has_the_digest_that_it_has_alone(count: int, columns: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(count, columns))
    rows[rng.random(rows.shape) < 0.2] = np.nan
    together = column_digests(rows, columns, SEED)
    assert together.tolist() == [of_column(rows[:, c].tolist()) for c in range(columns)]


def test_equal_values_have_equal_digests_whatever_their_bits() -> None:
    other_nan = np.array([0x7FF8000000000001], dtype=np.uint64).view(np.float64)[0]
    assert of_column([math.nan, 0.0]) == of_column([float(other_nan), -0.0])
    assert of_column([math.nan]) != of_column([0.0])


def test_a_digest_fits_a_numeric_column_and_reads_as_twelve_digits() -> None:
    digests = column_digests(np.random.default_rng(1).normal(size=(5, 20_000)), 20_000, SEED)
    assert (digests == np.floor(digests)).all()
    assert (digests < 2.0**48).all()
    assert len(set(digests.tolist())) == 20_000
    assert {len(digest_text(value)) for value in digests} == {12}
    assert int(digest_text(float(digests[0])), 16) == digests[0]
    assert digest_text(0.0) == "000000000000"


def test_a_missing_digest_has_no_text() -> None:
    with pytest.raises(ValueError):
        digest_text(math.nan)


def test_another_seed_gives_another_digest() -> None:
    assert of_column([1.0, 2.0], SEED) != of_column([1.0, 2.0], SEED + 1)


@pytest.mark.parametrize("feature", Feature)
def test_a_digest_changes_with_every_feature(feature: Feature) -> None:
    one, other = block(), block()
    rows = decision_rows(decision(one))
    other.values[feature] = np.nan_to_num(other.values[feature]) + 1e-6
    assert digest(other, rows) != digest(one, rows)


@pytest.mark.parametrize("row", range(len(DECISION_ROWS)), ids=DECISION_ROWS)
def test_a_digest_changes_with_every_part_of_the_decision(row: int) -> None:
    candle = block()
    rows = decision_rows(decision(candle))
    changed = rows.copy()
    changed[row] += 1.0
    assert np.isfinite(rows[row]).all()
    assert digest(candle, changed) != digest(candle, rows)


def test_equal_candles_and_settings_give_equal_digests() -> None:
    one, other = block(), block()
    assert digest(one, decision_rows(decision(one))) == digest(other, decision_rows(decision(other)))


def leaves(section: BaseModel, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield from leaves(value, (*path, name))
        else:
            yield (*path, name), value


def other_value(value: object) -> object:
    match value:
        case bool():
            return not value
        case int() | float():
            return math.nextafter(value, math.inf) if isinstance(value, float) else value + 1
        case str():
            return value + "x"
        case tuple():
            return (other_value(value[0]), *value[1:])
    raise TypeError(type(value))


def with_other(section: BaseModel, path: tuple[str, ...]) -> BaseModel:
    value = getattr(section, path[0])
    changed = other_value(value) if len(path) == 1 else with_other(value, path[1:])
    return section.model_copy(update={path[0]: changed})


LEAVES = [path for path, _ in leaves(HHQSettings())]


def test_every_setting_changes_the_digest() -> None:
    default = HHQSettings()
    digests = {path: settings_digest(with_other(default, path)) for path in LEAVES}  # type: ignore[arg-type]  # the same class
    assert len(LEAVES) > 200
    assert len({*digests.values(), settings_digest(default)}) == len(LEAVES) + 1


def test_equal_settings_have_equal_digests_of_twelve_digits() -> None:
    assert settings_digest(HHQSettings()) == settings_digest(HHQSettings())
    assert len(settings_digest(HHQSettings())) == 12


def test_the_seed_follows_settings_and_version(monkeypatch: pytest.MonkeyPatch) -> None:
    default = HHQSettings()
    seed = digest_seed(default)
    assert 0 <= seed < 2**48
    changed = default.model_copy(update={"signal": default.signal.model_copy(update={"layer_scale": 0.9})})
    assert digest_seed(changed) != seed
    monkeypatch.setattr("hhq.digest._VERSION", source_digest()[::-1])
    assert digest_seed(default) != seed


def test_rows_of_a_candle_without_a_side_are_not_available() -> None:
    candles = block(bars=2)
    candles.values[Feature.ZSCORE, 0, 1] = 0.0
    rows = dict(zip(DECISION_ROWS, decision_rows(decision(candles))[:, 0, :], strict=True))
    assert rows["gate"].tolist() == [Gate.SCORE_PASS, Gate.Z]
    assert rows["side"].tolist() == [1.0, 0.0]
    assert rows["score"].tolist()[0] == 76.0
    per_signal = [name for name in DECISION_ROWS if name not in ("gate", "regime", "side", "threshold")]
    assert all(np.isnan(rows[name][1]) and np.isfinite(rows[name][0]) for name in per_signal)


def test_rows_hold_what_the_decision_says() -> None:
    decisions = decision(block())
    signals = decisions.signals
    rows = dict(zip(DECISION_ROWS, decision_rows(decisions)[:, 0, 0], strict=True))
    for name in ("raw", "score", "minimum", "leverage", "entry_price", "stop_distance_pct", "size_factor"):
        assert rows[name] == getattr(signals, name)[0]
    assert rows["mtf_total"] == signals.timeframes.total[0]
    assert rows["mtf_aligned"] == signals.timeframes.aligned[0]
    assert rows["btc_penalty"] == signals.market.penalty[0]
    for layer, points in zip(LAYERS, signals.points[:, 0], strict=True):
        assert rows[f"layer_{layer.number:02d}"] == points


def test_a_change_of_the_block_alone_keeps_the_digests_of_the_other_candles() -> None:
    candles = block(bars=3)
    rows = decision_rows(decision(candles))
    values = candles.values.copy()
    values[Feature.RSI, 0, 1] = 21.0
    before = decision_digests(candles, rows, SEED)[0]
    after = decision_digests(replace(candles, values=values), rows, SEED)[0]
    assert (before != after).tolist() == [False, True, False]
