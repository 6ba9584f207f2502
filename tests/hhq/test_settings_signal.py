"""The numbers of docs/signal.md are settings, with the same values and a range."""

from __future__ import annotations

from collections.abc import Iterator

import annotated_types
import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from hhq.settings import HHQSettings, SettingsError, parse
from hhq.settings.signal import SignalSettings

SPEC = {
    "z_score_threshold": 1.6,
    "min_confidence": 68,
    "layer_scale": 1.0,
    "minimum_history": 1500,
    "stale_after": 2,
    "threshold.hurst_slope": 0.67,
    "threshold.lowest_factor": 0.8,
    "threshold.highest_factor": 1.2,
    "threshold.volatile_above": 2,
    "threshold.volatile_factor": 1.1,
    "threshold.calm_below": 0.5,
    "threshold.calm_factor": 0.85,
    "regime.mean_reversion_below": 0.45,
    "regime.trending_above": 0.55,
    "regime.base": 45,
    "regime.random_base": 40,
    "regime.random_imbalance": 2,
    "regime.random_without_book_factor": 1.3,
    "sides.mean_reversion": "both",
    "sides.trending": "both",
    "sides.random": "both",
    "veto.trend_adx": 30,
    "veto.trend_hurst": 0.55,
    "veto.funding": 0.08,
    "veto.sweep": True,
    "contracts.types": ("PERPETUAL",),
    "contracts.delisting_days": 3,
    "schedule.quiet_hours": True,
    "schedule.quiet_from": 2,
    "schedule.quiet_until": 6,
    "schedule.quiet_exempt": ("BTC", "ETH"),
    "schedule.signal_interval": 60,
    "liquidity.quote_volume_24h": 1_000_000,
    "liquidity.spread_pct": 0.5,
    "minimum_score.mode": "fixed",
    "minimum_score.low": 60,
    "minimum_score.high": 90,
    "minimum_score.trades": 10,
    "minimum_score.fewest_trades": 5,
    "minimum_score.reference": 68,
}


def fields(section: BaseModel, path: str = "") -> Iterator[tuple[str, FieldInfo, object]]:
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield from fields(value, f"{path}{name}.")
        else:
            yield path + name, field, value


def bounds(field: FieldInfo) -> tuple[object, object]:
    low = [item.ge for item in field.metadata if isinstance(item, annotated_types.Ge)]
    high = [item.le for item in field.metadata if isinstance(item, annotated_types.Le)]
    return next(iter(low), None), next(iter(high), None)


def test_every_number_of_the_spec_is_the_default_of_its_setting() -> None:
    defaults = {name: value for name, _, value in fields(SignalSettings())}
    assert defaults.pop("excluded_coins")
    assert defaults.pop("regime.random_without_book") is False
    assert defaults == SPEC


NUMBERS = [
    (name, field, value)
    for name, field, value in fields(HHQSettings())
    if isinstance(value, int | float) and not isinstance(value, bool)
]


def test_every_number_of_the_domain_settings_has_a_range_around_its_default_and_a_text() -> None:
    for name, field, value in NUMBERS:
        low, high = bounds(field)
        assert isinstance(low, int | float), name
        assert isinstance(high, int | float), name
        assert low <= value <= high, name
    for name, field, _ in fields(HHQSettings()):
        assert field.description, name
        assert field.description.endswith((".", "…", ")", "?")), name
        assert isinstance(field.json_schema_extra, dict), name


@pytest.mark.parametrize(
    ("name", "low", "high"), [("z_score_threshold", 0.8, 3.0), ("min_confidence", 50, 95)]
)
def test_the_ranges_that_the_spec_names(name: str, low: float, high: float) -> None:
    assert bounds(SignalSettings.model_fields[name]) == (low, high)


@pytest.mark.parametrize("name", [name for name, _, _ in fields(SignalSettings())])
def test_a_number_beyond_its_range_is_an_error_that_names_the_key(name: str) -> None:
    field = {name: field for name, field, _ in fields(SignalSettings())}[name]
    low, high = bounds(field)
    for wrong in [value for value in (low, high) if isinstance(value, int | float)]:
        values: dict[str, object] = {}
        table = values
        *path, key = name.split(".")
        for section in path:
            table = table.setdefault(section, {})  # type: ignore[assignment]  # tables within tables
        table[key] = wrong - 1 if wrong == low else wrong + 1
        with pytest.raises(SettingsError, match=rf"^{name} = "):
            parse(SignalSettings, values)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (
            {"threshold": {"calm_below": 2.0, "volatile_above": 2.0}},
            "threshold: calm_below = 2.0 must be below volatile_above = 2.0",
        ),
        ({"minimum_score": {"low": 80, "high": 60}}, "minimum_score: low = 80.0 must be below high = 60.0"),
        (
            {"minimum_score": {"trades": 5, "fewest_trades": 6}},
            "minimum_score: fewest_trades = 6 can never be reached by trades = 5",
        ),
        ({"minimum_score": {"mode": "adaptive"}}, "minimum_score.mode = 'adaptive': Input should be"),
        ({"contracts": {"types": ["CURRENT_QUARTER"]}}, "contracts.types.0 = 'CURRENT_QUARTER'"),
        ({"contracts": {"types": []}}, "contracts.types = []"),
        ({"excluded_coins": "BTC"}, "excluded_coins = 'BTC': Input should be a valid tuple"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(values: dict[str, object], text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse(SignalSettings, values)
    assert str(caught.value).startswith(text)


def test_settings_at_the_edge_of_their_order_are_accepted() -> None:
    parse(SignalSettings, {"minimum_score": {"trades": 5, "fewest_trades": 5}})
    parse(SignalSettings, {"threshold": {"calm_below": 1.9, "volatile_above": 2.0}})
