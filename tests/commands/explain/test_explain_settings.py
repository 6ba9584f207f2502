"""The settings that `companion explain` decides with, and how it prints numbers and rules."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from companion.commands.explanation.candidate_text import rule_of
from companion.commands.explanation.table import quantity
from companion.domain_settings.in_force import named_settings
from companion.ground.errors import UsageError
from companion.ground.layout import STRATEGIES
from companion.ground.plain import plain
from companion.offline.data_folder import DataFolder
from hhq.settings import HHQSettings
from hhq_shared.parameters import PARAMETERS
from tests.commands.explain.strategy_columns import Run


def write_parameters(path: Path, **buy: object) -> Path:
    path.write_text(
        json.dumps({"strategy_name": "HHQStrategy", "params": {"buy": buy, "sell": {"sl_atr": 2.5}}})
    )
    return path


def test_freqtrades_parameter_file_gives_the_optimised_settings(tmp_path: Path) -> None:
    file = write_parameters(
        tmp_path / "HHQStrategy.json", z_score_threshold=1.234, min_confidence=72.0, other=1
    )
    settings = named_settings(None, file)
    assert (settings.signal.z_score_threshold, settings.signal.min_confidence) == (1.23, 72.0)
    assert settings.levels.sl_atr == 2.5
    assert settings.entry.entry_tightness == HHQSettings().entry.entry_tightness


def test_the_parameters_are_rounded_as_the_strategy_rounds_them() -> None:
    # As Freqtrade loads it: by its path, from a folder that is on no import path.
    specification = importlib.util.spec_from_file_location("HHQStrategy", STRATEGIES / "HHQStrategy.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    decimals = {name: getattr(module.HHQStrategy, name).decimals for name in PARAMETERS}
    assert decimals == {name: one.decimals for name, one in PARAMETERS.items()}


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("{", "not valid JSON"),
        ("[]", "no 'params'"),
        ('{"params": {"buy": {"min_confidence": "high"}}}', "min_confidence = 'high'"),
        ('{"params": {"buy": {"min_confidence": 99}}}', "signal.min_confidence"),
    ],
)
def test_a_wrong_parameter_file_is_named(tmp_path: Path, content: str, named: str) -> None:
    file = tmp_path / "parameters.json"
    file.write_text(content)
    with pytest.raises(UsageError) as problem:
        named_settings(None, file)
    assert "parameters.json" in str(problem.value)
    assert named in str(problem.value)


def test_other_settings_give_another_decision(folder: DataFolder, run: Run, tmp_path: Path) -> None:
    at = f"{folder.span()[1]:%Y-%m-%dT%H:%M}"
    file = tmp_path / "own.toml"
    file.write_text('[signal]\nexcluded_coins = ["BTC"]\n')
    assert "EXCLUDED" in run("--pair", "BTC", "--at", at, "--settings", str(file)).splitlines()[2]


def test_numbers_keep_seven_digits_and_say_when_there_is_none() -> None:
    texts = [
        quantity(value)
        for value in (0.00001234, -1.5, 115337.51, 21_751_039_900.0, float("nan"), float("inf"))
    ]
    assert texts == ["0.00001234", "−1.5", "115337.5", "21,751,039,900", "n/a", "none"]
    assert quantity(-0.0) == "0"
    assert quantity(1.5, "%") == "1.5 %"


def test_a_rule_is_shown_without_its_comments() -> None:
    formula = (
        "Paid rate > 0.03 → −5.\n\nReceived rate > 0.03 → +8. The same in every regime. SHORT: 1.5 → −2."
    )
    assert rule_of(formula) == "Paid rate > 0.03 → −5. Received rate > 0.03 → +8. SHORT: 1.5 → −2."


def test_a_value_of_a_type_that_no_explanation_has_is_refused() -> None:
    unknown: Any = object()
    with pytest.raises(TypeError, match="object"):
        plain(unknown)
