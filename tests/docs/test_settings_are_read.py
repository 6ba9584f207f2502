"""Every setting is read by something that acts: none is there for show."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import pytest

from companion.ground.absent_parts import part_of_section
from tests.docs.known import texts
from tests.docs.settings_reads import SECTIONS, Reader, arguments, leaves, read_in, reads
from tests.docs.sources import ROOT

LEAVES = sorted(leaves())
BY_NAME: Mapping[str, tuple[str, str]] = {
    "HHQSettings": (
        "user_data/strategies/hhq_shared/profiles.py",
        "`with_profile` reads the profile's name before there are settings",
    ),
    "MacroMultipliers": (
        "user_data/strategies/hhq/exits/levels.py",
        "`macro_multiplier` takes the name of the multiplier, once for each of stop, target and trail",
    ),
    "SideSettings": (
        "user_data/strategies/hhq/sides.py",
        "`switched_off` goes through the regimes, whose names are those of the settings",
    ),
}
"""Sections whose settings are read by a name in a string: where, and why."""


@pytest.mark.parametrize("section", sorted({section for _, section, _ in LEAVES}))
def test_every_setting_of_a_section_is_read(section: str) -> None:
    offered = [
        (full, name)
        for full, owner, name in LEAVES
        if owner == section and part_of_section(full.rpartition(".")[0]) is None
    ]
    if section in BY_NAME:
        named = texts(ROOT / BY_NAME[section][0])
        unread = [full for full, name in offered if name not in named]
    else:
        owners = [owner.__name__ for owner in SECTIONS[section].__mro__]
        unread = [full for full, name in offered if not any((owner, name) in reads() for owner in owners)]
    assert not unread, f"nothing that acts reads {', '.join(unread)}"


def test_a_name_counts_only_for_the_section_that_it_is_read_from() -> None:
    source = """
def market(settings: MarketSettings) -> int:
    rule = settings.btc
    return settings.smt_window + rule.unknown

def feature(settings: FeatureSettings, other) -> int:
    return other.smt_window + other.market.smt_window
"""
    found = {
        read
        for function in ast.parse(source).body
        if isinstance(function, ast.FunctionDef)
        for read in read_in([function], Reader(arguments(function), {}, {}))
    }
    assert found == {("MarketSettings", "btc"), ("MarketSettings", "smt_window")}


def test_both_trees_are_covered() -> None:
    assert {"MarketSettings", "KillSwitchSettings", "StreamSettings", "FeedSettings"} <= SECTIONS.keys()
    assert len(LEAVES) > 400
