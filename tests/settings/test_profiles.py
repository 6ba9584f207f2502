"""Profiles: whose values stand where a settings file sets none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from companion.domain_settings.leaves import changed_settings, profile_and_changes
from companion.domain_settings.reference import settings_file
from companion.evidence.profile_file import profile_text
from hhq.evidence.moves import MOVES, settings_of
from hhq.settings import HHQSettings, SettingsError
from hhq_shared import profiles
from hhq_shared.atomic_file import replace_file
from hhq_shared.profiles import MEASURED_FILE, read_profile, took_part, tried_for
from hhq_shared.settings_files import SettingsFiles, SettingsWatch, load_settings, settings_of_profile

VALUES = {
    "costs": {"hurdle": True, "largest_atr_share": 8.0},
    "leverage": {"volatility_caps": [3, 3, 3, 3, 3]},
}


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_the_guide_is_the_defaults() -> None:
    assert settings_of_profile("guide") == HHQSettings()


def test_the_measured_profile_is_the_guide_with_the_changes_that_its_file_names() -> None:
    content = read_profile(MEASURED_FILE)
    chosen = content["chosen"]
    assert isinstance(chosen, dict)
    assert set(chosen["changes"]) <= set(MOVES)
    measured = settings_of_profile("measured")
    assert measured == settings_of(tuple(chosen["changes"])).model_copy(update={"profile": "measured"})


def test_a_chosen_profile_says_from_how_many_it_was_chosen() -> None:
    content = read_profile(MEASURED_FILE)["chosen"]
    assert isinstance(content, dict)
    assert tried_for("measured") == content["combinations_tried"] > 36
    assert tried_for("guide") == 1


def test_a_chosen_profile_says_whether_a_time_took_part_in_its_choice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, hour = datetime(2025, 3, 1, tzinfo=UTC), timedelta(hours=1)
    sets = [{"begin": first.isoformat(), "end": (first + 24 * hour).isoformat()}]
    path = written(tmp_path / "measured.toml", profile_text(VALUES, {"combinations_tried": 40, "sets": sets}))
    monkeypatch.setattr(profiles, "MEASURED_FILE", path)
    assert took_part("measured", first + 23 * hour, first + 48 * hour)
    assert took_part("measured", first - hour, first + hour)
    assert not took_part("measured", first + 24 * hour, first + 48 * hour)
    assert not took_part("measured", first - hour, first)
    assert not took_part("guide", first, first + hour)


@pytest.mark.parametrize("sets", [[], [{"begin": "2025-03-01T00:00:00"}], [3]])
def test_a_profile_that_does_not_say_of_which_time_it_is_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sets: list[object]
) -> None:
    chosen: dict[str, object] = {"combinations_tried": 40}
    path = written(
        tmp_path / "measured.toml", profile_text(VALUES, chosen | {"sets": sets} if sets else chosen)
    )
    monkeypatch.setattr(profiles, "MEASURED_FILE", path)
    with pytest.raises(SettingsError, match=r"chosen\.sets does not say begin and end"):
        took_part("measured", datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 3, 2, tzinfo=UTC))


def test_a_value_of_the_file_counts_in_every_profile(tmp_path: Path) -> None:
    for name in ("guide", "measured"):
        path = written(tmp_path / "hhq.toml", f'profile = "{name}"\n[costs]\nlargest_atr_share = 33.0\n')
        settings = load_settings(path)
        assert (settings.profile, settings.costs.largest_atr_share) == (name, 33.0)
        assert [each.leaf.key for each in changed_settings(settings)] == ["costs.largest_atr_share"]


@pytest.mark.parametrize("name", ["guide", "measured"])
def test_a_report_names_the_profile_and_beside_each_changed_value_the_profiles_own(
    tmp_path: Path, name: str
) -> None:
    plain = settings_of_profile(name)
    # Otherwise a profile's value could not be told from the guide's here.
    assert (plain.costs.largest_atr_share == HHQSettings().costs.largest_atr_share) is (name == "guide")
    assert profile_and_changes(plain) == f"profile {name}"
    path = written(tmp_path / "hhq.toml", f'profile = "{name}"\n[costs]\nlargest_atr_share = 33.0\n')
    assert profile_and_changes(load_settings(path)) == (
        f"profile {name}, 1 are not its own: "
        f"costs.largest_atr_share = 33.0 (default {plain.costs.largest_atr_share}, hhq.toml)"
    )


def test_a_table_that_gives_some_of_its_keys_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    path = written(tmp_path / "hhq.toml", "[levels.macro_trending_up]\ntrail = 2.0\n[levels.macro_quiet]\n")
    levels, plain = load_settings(path).levels, HHQSettings().levels
    assert levels.macro_trending_up.model_dump() == {**plain.macro_trending_up.model_dump(), "trail": 2.0}
    assert levels.macro_trending_up.stop != 1.0
    assert levels.macro_quiet == plain.macro_quiet


def test_an_unknown_profile_is_an_error_that_names_the_file_and_the_key(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"hhq\.toml: profile = 'best'"):
        load_settings(written(tmp_path / "hhq.toml", 'profile = "best"\n'))


@pytest.mark.parametrize("name", ["guide", "measured", "best"])
def test_an_overlay_that_names_a_profile_is_refused_whichever_it_is(tmp_path: Path, name: str) -> None:
    # What lies under an overlay is what its changes were made against and are taken back to.
    settings = written(tmp_path / "hhq.toml", 'profile = "measured"\n')
    overlay = written(tmp_path / "overlay.toml", f'profile = "{name}"\n')
    with pytest.raises(SettingsError, match=r"^overlay\.toml: profile: is set in the settings file alone"):
        load_settings(settings, overlay)


def test_a_profile_in_the_overlay_of_a_running_bot_is_not_taken_and_named(tmp_path: Path) -> None:
    settings, overlay = written(tmp_path / "hhq.toml", 'profile = "measured"\n'), tmp_path / "overlay.toml"
    watch = SettingsWatch(SettingsFiles(settings, overlay))
    before = watch.current
    written(overlay, 'profile = "guide"\n[costs]\nlargest_atr_share = 33.0\n')
    assert watch.look()
    assert watch.current is before
    assert "overlay.toml: profile" in watch.problem


def test_the_written_settings_file_holds_what_differs_from_its_profile_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "hhq.toml", 'profile = "measured"\n[signal.schedule]\nquiet_hours = false\n')
    text = settings_file(load_settings(path))
    own = [line for line in text.splitlines() if line and not line.startswith(("#", "["))]
    assert own == ['profile = "measured"', "quiet_hours = false"]
    assert load_settings(written(path, text)) == load_settings(path)
    other = written(tmp_path / "other.toml", text.replace('profile = "measured"', 'profile = "guide"'))
    assert [each.leaf.key for each in changed_settings(load_settings(other))] == [
        "signal.schedule.quiet_hours"
    ]


def test_a_profiles_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    chosen = {"changes": ["one"], "steps": [{"score": -0.001234567890123}, {"score": float("-inf")}]}
    assert read_profile(written(tmp_path / "p.toml", profile_text(VALUES, chosen))) == {
        "values": VALUES,
        "chosen": chosen,
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("largest_atr_share = 8.0", "largest_atr_share = 9.0"),
        ("hurdle = true", "hurdle = false"),
        ('"one"', '"two"'),
        ("digest = ", "# digest = "),
    ],
)
def test_a_profile_that_was_changed_by_hand_is_refused(tmp_path: Path, before: str, after: str) -> None:
    text = profile_text(VALUES, {"changes": ["one"]})
    assert before in text
    path = written(tmp_path / "p.toml", text.replace(before, after))
    with pytest.raises(SettingsError, match=r"p\.toml: was changed after it was written"):
        read_profile(path)


def test_a_profiles_file_that_is_replaced_is_taken_like_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = written(tmp_path / "measured.toml", profile_text(VALUES, {"combinations_tried": 40}))
    monkeypatch.setattr(profiles, "MEASURED_FILE", profile)
    watch = SettingsWatch(SettingsFiles(written(tmp_path / "hhq.toml", 'profile = "measured"\n')))
    before = watch.current
    assert (before.costs.largest_atr_share, tried_for("measured")) == (8.0, 40)
    assert not watch.look()
    replace_file(
        profile, profile_text({"costs": {"largest_atr_share": 6.0}}, {"combinations_tried": 7}).encode()
    )
    assert watch.look()
    assert (watch.current.costs.largest_atr_share, tried_for("measured")) == (6.0, 7)
    assert watch.current.leverage == HHQSettings().leverage
    # One that was changed by hand leaves the running settings as they are, like any file that cannot be used.
    written(profile, profile.read_text(encoding="utf-8").replace("6.0", "66.0"))
    assert watch.look()
    assert watch.current.costs.largest_atr_share == 6.0
    assert "was changed after it was written" in watch.problem
