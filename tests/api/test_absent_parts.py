"""Parts that this release does not have: their operations say so, nothing of them is offered or documented as working."""

from __future__ import annotations

from typing import Any

import pytest

from companion.api.absent_reference import page, paths_of
from companion.api.absent_routes import ABSENT_OPERATIONS
from companion.domain_settings.leaves import setting_leaves
from companion.domain_settings.reference import sections
from companion.feed.channel import ChannelName
from companion.ground.absent_parts import ABSENT_PARTS, MARK, AbsentPart, AbsentRoute
from companion.ground.layout import CONFIG, ROOT
from hhq.settings import HHQSettings
from tests.api.rig import Rig

OPERATIONS = [(part, route) for part in ABSENT_PARTS for route in part.routes]
BODIES: dict[str, Any] = {"run_study": {"n_trials": 200}}


def named(value: object) -> str:
    return value.operation if isinstance(value, AbsentRoute) else ""


@pytest.mark.anyio
@pytest.mark.parametrize(("part", "route"), OPERATIONS, ids=named)
async def test_a_read_says_that_the_part_is_off_and_a_change_is_refused(
    rig: Rig, part: AbsentPart, route: AbsentRoute
) -> None:
    paths = list(paths_of(route))
    assert paths
    for text in paths:
        method, path = text.split(" ")
        for url in (path, f"/api/v1{path}"):
            url = url.format(study="one")
            if method == "GET":
                assert await rig.get(url) == {"enabled": False, "detail": part.detail}
            else:
                problem = await rig.problem(method, url, 404, json=BODIES.get(route.operation))
                assert problem["type"] == "urn:hhq:problem:module-not-available"
                assert problem["detail"] == f"module {part.name} is {MARK}"


@pytest.mark.anyio
async def test_nothing_of_an_absent_part_is_written_to_the_audit_log(rig: Rig) -> None:
    await rig.problem("POST", "/optimizer/run", 404)
    await rig.problem("PATCH", "/recovery/settings", 404)
    assert (await rig.get("/audit"))["total"] == 0


@pytest.mark.anyio
async def test_settings_of_an_absent_part_are_neither_offered_nor_accepted(rig: Rig) -> None:
    offered = {entry["key"] for entry in (await rig.get("/settings"))["settings"]}
    for name in (name for part in ABSENT_PARTS for name in part.settings):
        inside = [key for key in every_setting() if key.startswith(f"{name}.")]
        assert inside, f"{name} is no section"
        assert not offered & set(inside)
        await rig.problem("PATCH", "/settings", 422, json={"changes": {inside[0]: 0.4}})


def test_settings_of_an_absent_part_are_not_in_the_settings_file() -> None:
    lines = (CONFIG / "hhq.toml").read_text(encoding="utf-8").splitlines()
    for name in (name for part in ABSENT_PARTS for name in part.settings):
        assert not [line for line in lines if line.startswith(f"[{name}")]


def test_all_other_settings_are_offered() -> None:
    absent = {name for part in ABSENT_PARTS for name in part.settings}
    left_out = every_setting() - setting_leaves().keys()
    assert {key.rpartition(".")[0] for key in left_out} == absent


def test_what_the_table_names_exists_as_a_name_in_the_contract() -> None:
    for part in ABSENT_PARTS:
        assert set(part.channels) <= set(ChannelName)
        assert {route.operation for route in part.routes} <= ABSENT_OPERATIONS.keys()
    operations = [route.operation for _, route in OPERATIONS]
    assert len(set(operations)) == len(operations) == len(ABSENT_OPERATIONS)


def test_the_page_of_the_absent_parts_is_what_the_table_says() -> None:
    assert (ROOT / "docs" / "absent-parts.md").read_text(encoding="utf-8") == page(), "run: make config"


def every_setting() -> set[str]:
    return {".".join((*path, leaf.name)) for path, _, leaves in sections(HHQSettings()) for leaf in leaves}


@pytest.mark.anyio
async def test_an_absent_module_says_so_in_the_language_asked_for(rig: Rig) -> None:
    turkish = await rig.get("/phase193/status", lang="tr")
    assert turkish["freqai"]["detail"] == "freqai modülü bu sürümde yok"
    assert turkish["hyperopt"]["detail"].endswith("bu sürümde yok; `freqtrade hyperopt` çalışır")
    assert MARK in (await rig.get("/phase193/status"))["freqai"]["detail"]
