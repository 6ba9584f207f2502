"""Settings refuse unknown keys, and the message names the key (lesson 51)."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

import pytest
from pydantic import ValidationError

from hhq.digest import settings_digest
from hhq.settings import HHQSettings, SettingsError, parse
from hhq.settings.base import FallingSteps, OrderedSection, RisingSteps, Section, option, setting


class Steps(Section):
    """Tables."""

    falling: FallingSteps = option(((2.0, 1.0), (1.0, 2.0)), "Falls.")
    rising: RisingSteps = option(((1.0, 1.0), (2.0, 2.0)), "Rises.")


class Levels(OrderedSection):
    """Numbers."""

    low: float = setting(1.0, 0.0, 10.0, "%", "Low.")
    high: float = setting(2.0, None, None, "%", "High.")
    count: int = setting(3, 1, 9, "", "Count.")
    on: bool = option(default=True, text="On.")

    def check(self) -> None:
        self._rising("low", "high")


def complaint(values: Mapping[str, object], section: type[Section] = Levels) -> str:
    with pytest.raises(SettingsError) as caught:
        parse(section, values)
    return str(caught.value)


def test_no_values_are_the_defaults() -> None:
    assert parse(Levels, {}) == Levels()
    assert parse(HHQSettings, {}) == HHQSettings()


def test_values_survive_a_round_trip_through_plain_tables() -> None:
    settings = parse(HHQSettings, {"signal": {"z_score_threshold": 1.9, "excluded_coins": ["A", "B"]}})
    assert parse(HHQSettings, settings.model_dump()) == settings
    assert parse(HHQSettings, json.loads(settings.model_dump_json())) == settings


def test_an_unknown_key_is_named_with_its_path() -> None:
    assert complaint({"signal": {"zscore": 1.6}}, HHQSettings) == "signal.zscore: unknown setting"
    assert complaint({"nothing": 1}) == "nothing: unknown setting"


@pytest.mark.parametrize("value", [-0.1, 10.1])
def test_a_value_out_of_range_is_named_with_its_value(value: float) -> None:
    assert complaint({"low": value}).startswith(f"low = {value!r}: Input should be ")


def test_the_ends_of_a_range_belong_to_it() -> None:
    assert parse(Levels, {"low": 0}).low == 0.0
    assert parse(Levels, {"low": 10.0}).low == 10.0


def test_a_setting_without_a_range_takes_any_finite_number() -> None:
    assert parse(Levels, {"high": -1e9}).high == -1e9


@pytest.mark.parametrize("value", ["1.5", True, None, [1.0], math.nan, math.inf])
def test_a_number_takes_nothing_but_numbers(value: object) -> None:
    assert complaint({"low": value}).startswith("low = ")


@pytest.mark.parametrize("values", [{"low": -0.0}, {"high": -0.0}])
def test_a_negative_zero_is_zero(values: Mapping[str, object]) -> None:
    plain = dict.fromkeys(values, 0.0)
    assert parse(Levels, values).model_dump_json() == parse(Levels, plain).model_dump_json()


@pytest.mark.parametrize("zero", [-0.0, "-0.0"])
def test_a_negative_zero_in_a_table_is_zero(zero: object) -> None:
    rows = {"rising": [[zero, zero]], "falling": [[1.0, zero], [zero, zero]]}
    plain = {"rising": [[0.0, 0.0]], "falling": [[1.0, 0.0], [0.0, 0.0]]}
    assert parse(Steps, rows).model_dump_json() == parse(Steps, plain).model_dump_json()


def test_settings_that_are_equal_have_one_digest() -> None:
    negative, plain = (parse(HHQSettings, {"costs": {"maker_fee_pct": zero}}) for zero in (-0.0, 0.0))
    assert negative == plain
    assert settings_digest(negative) == settings_digest(plain)


@pytest.mark.parametrize("value", [1.5, "3", 3.0])
def test_a_count_is_a_whole_number(value: object) -> None:
    assert complaint({"count": value}).startswith("count = ")


@pytest.mark.parametrize("value", ["yes", 1, 0])
def test_a_switch_is_true_or_false(value: object) -> None:
    assert complaint({"on": value}).startswith("on = ")


def test_all_complaints_come_at_once() -> None:
    text = complaint({"low": 99, "count": 0, "x": 1})
    assert [part.split()[0] for part in text.split("; ")] == ["low", "count", "x:"]


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(Levels(), "low", 2.0)  # noqa: B010 (the type checker knows that it cannot be)


@pytest.mark.parametrize("limits", [(1.0, 2.0), (1.0, 1.0)])
def test_limits_of_falling_steps_must_fall(limits: tuple[float, float]) -> None:
    rows = [[limit, 1.0] for limit in limits]
    assert complaint({"falling": rows}, Steps) == f"falling = {rows!r}: limits must fall from row to row"


@pytest.mark.parametrize("limits", [(2.0, 1.0), (1.0, 1.0)])
def test_limits_of_rising_steps_must_rise(limits: tuple[float, float]) -> None:
    rows = [[limit, 1.0] for limit in limits]
    assert complaint({"rising": rows}, Steps) == f"rising = {rows!r}: limits must rise from row to row"


def test_a_table_of_steps_has_a_row() -> None:
    assert complaint({"rising": []}, Steps).startswith("rising = []: ")


def test_an_order_between_settings_is_named_by_both() -> None:
    with pytest.raises(ValueError, match=r"low = 3\.0 must be below high = 2\.0"):
        parse(Levels, {"low": 3.0}).check()
    parse(Levels, {"low": 1.9}).check()


def test_a_rule_between_settings_names_its_section() -> None:
    low_above_high = {"low": 80, "high": 70}
    text = "low = 80.0 must be below high = 70.0"
    whole = {"signal": {"minimum_score": low_above_high}}
    assert complaint(whole, HHQSettings) == f"signal.minimum_score: {text}"
    assert complaint(low_above_high, type(HHQSettings().signal.minimum_score)) == text


def test_anything_but_a_table_is_refused_by_name() -> None:
    assert complaint({"signal": 3}, HHQSettings).startswith("signal = 3: ")
