"""Changes of the domain settings: validated as a whole, written atomically, numbered; each value in its home."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain_settings.desk import ChangeRefusedError, SettingsDesk
from companion.domain_settings.files import TuningFiles, overlay_text
from companion.domain_settings.leaves import setting_leaves
from companion.ground.clock import SystemClock
from companion.ground.layout import CONFIG, STRATEGIES
from hhq.settings import HHQSettings
from hhq_shared.parameters import PARAMETERS
from hhq_shared.settings_files import load_settings

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def desk_in(folder: Path) -> SettingsDesk:
    files = TuningFiles(
        CONFIG / "hhq.toml",
        folder / "hhq" / "overlay.toml",
        folder / "HHQStrategy.json",
        folder / "history.jsonl",
    )
    return SettingsDesk(files, SystemClock())


@pytest.fixture
def desk(tmp_path: Path) -> SettingsDesk:
    return desk_in(tmp_path)


async def test_a_change_lies_in_the_overlay_and_is_what_a_bot_reads(desk: SettingsDesk) -> None:
    before = await desk.state()
    after = await desk.change({"guards.stoploss_frequency.max_stoplosses": 5}, "admin", version=0)
    assert after.settings.guards.stoploss_frequency.max_stoplosses == 5
    assert after.digest != before.digest
    assert after.version == 1
    assert after.overlaid == {"guards.stoploss_frequency.max_stoplosses"}
    assert load_settings(desk.files.settings, desk.files.overlay) == after.settings
    (change,) = await desk.history()
    assert (change.who, change.digest) == ("admin", after.digest)
    assert change.changes == {"guards.stoploss_frequency.max_stoplosses": {"before": 3, "after": 5}}


async def test_a_change_taken_back_leaves_nothing_behind(desk: SettingsDesk) -> None:
    before = await desk.state()
    await desk.change({"signal.schedule.quiet_hours": False, "signal.z_score_threshold": 2.0}, "admin")
    after = await desk.change(
        {"signal.schedule.quiet_hours": None, "signal.z_score_threshold": None}, "admin"
    )
    assert (after.settings, after.digest, after.overlaid) == (before.settings, before.digest, frozenset())
    assert after.version == 2
    assert desk.files.overlay_values() == {}


async def test_an_optimised_setting_goes_to_freqtrades_parameter_file_rounded_as_the_strategy_has_it(
    desk: SettingsDesk,
) -> None:
    desk.files.parameters.write_text(
        json.dumps({"strategy_name": "HHQStrategy", "params": {"sell": {"sl_atr": 2.5}, "roi": {}}})
    )
    after = await desk.change({"signal.z_score_threshold": 1.234, "levels.tp_atr": 4}, "admin")
    assert (after.settings.signal.z_score_threshold, after.settings.levels.tp_atr) == (1.23, 4.0)
    content = json.loads(desk.files.parameters.read_text())
    assert content["params"] == {
        "sell": {"sl_atr": 2.5, "tp_atr": 4.0},
        "roi": {},
        "buy": {"z_score_threshold": 1.23},
    }
    assert desk.files.overlay_values() == {}
    assert after.overlaid == {"signal.z_score_threshold", "levels.tp_atr", "levels.sl_atr"}


async def test_values_that_do_not_fit_each_other_are_refused_and_nothing_is_written(
    desk: SettingsDesk,
) -> None:
    with pytest.raises(ChangeRefusedError, match="low = 80"):
        await desk.change({"signal.minimum_score.low": 80, "signal.minimum_score.high": 70}, "admin")
    assert not desk.files.overlay.exists()
    assert await desk.history() == []


async def test_a_change_for_another_version_is_refused(desk: SettingsDesk) -> None:
    await desk.change({"guards.blacklist.enabled": False}, "a")
    with pytest.raises(ChangeRefusedError, match="version 1, not 0"):
        await desk.change({"guards.blacklist.enabled": True}, "b", version=0)


async def test_what_changes_nothing_makes_no_version(desk: SettingsDesk) -> None:
    after = await desk.change({"guards.blacklist.enabled": True}, "admin")
    assert (after.version, desk.files.overlay.exists()) == (0, False)


def test_every_setting_has_a_help_text_a_schema_and_a_default_that_fits_it() -> None:
    leaves = setting_leaves()
    assert {leaf.optimised for leaf in leaves.values() if leaf.optimised} == set(PARAMETERS)
    for leaf in leaves.values():
        assert leaf.text, leaf.key
        assert leaf.schema, leaf.key
        assert leaf.of(HHQSettings()) == leaf.default


def test_the_spaces_are_those_that_the_strategy_declares() -> None:
    specification = importlib.util.spec_from_file_location("HHQStrategy", STRATEGIES / "HHQStrategy.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    spaces = {name: getattr(module.HHQStrategy, name).space for name in PARAMETERS}
    assert spaces == {name: one.space for name, one in PARAMETERS.items()}


@given(
    st.dictionaries(
        st.sampled_from(["coins", "limit"]),
        st.lists(st.text(st.characters(exclude_categories=["Cs"])))
        | st.floats(allow_nan=False, allow_infinity=False),
    )
)
def test_whatever_text_and_number_there_is_the_overlay_reads_back_as_it_was(
    values: dict[str, object],
) -> None:
    assert overlay_text({"signal": values} if values else {})
