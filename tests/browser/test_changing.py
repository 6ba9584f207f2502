"""Changes of settings and of the guard: asked, answered, and seen in the API and in the bot."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.house import House, until
from tests.browser.visitor import Visitor

SETTING = "signal.z_score_threshold"
_WITHIN = 90.0


def value_of(house: House, key: str) -> object:
    return next(each["value"] for each in house.api("/settings")["settings"] if each["key"] == key)


def test_a_changed_setting_is_in_the_api_and_in_the_digest_that_the_bot_runs_with(
    visitor: Visitor, house: House
) -> None:
    before = value_of(house, SETTING)
    assert isinstance(before, float)
    wanted = f"{before + 0.05:.2f}"
    old = house.api("/settings")["state"]["digest"]
    page = visitor.open("settings").page
    page.get_by_label("Search settings").fill(SETTING)
    page.get_by_role("button", name=f"Change {SETTING}").click()
    page.get_by_label(SETTING, exact=True).fill("not a number")
    expect(page.get_by_role("button", name="Save…")).to_be_disabled()
    page.get_by_label(SETTING, exact=True).fill(wanted)
    page.get_by_role("button", name="Save…").click()
    dialog = page.get_by_role("dialog", name=f"Change {SETTING}")
    expect(dialog).to_contain_text(f"to {wanted}")
    dialog.get_by_role("button", name="Change it").click()
    expect(dialog.get_by_role("status")).to_contain_text("Written")
    dialog.get_by_role("button", name="Close this window").click()
    assert value_of(house, SETTING) == float(wanted)

    def is_applied() -> bool:
        state = house.api("/settings")["state"]
        version = house.bot("show_config")["strategy_version"]
        return bool(state["applied"]) and state["digest"] != old and state["digest"] in version

    until(page, is_applied, _WITHIN, "the bot reports the digest of the changed settings")
    expect(page.get_by_text("Every bot runs with them.")).to_be_visible()
    expect(page.get_by_text(house.api("/settings")["state"]["digest"]).first).to_be_visible()


def test_the_guards_switch_for_each_pair_alone_is_seen_in_the_api(visitor: Visitor, house: House) -> None:
    def only_per_pair() -> bool:
        return bool(house.api("/phase193/status")["stoploss_guard"]["only_per_pair"])

    was = only_per_pair()
    page = visitor.open("modules").page
    page.get_by_role("button", name="Lock all entries…" if was else "Lock the pair alone…").click()
    dialog = page.get_by_role("dialog", name="Change the stop-loss guard")
    dialog.get_by_role("button", name="Change it").click()
    expect(dialog.get_by_role("status")).to_contain_text("Written")
    dialog.get_by_role("button", name="Close this window").click()
    until(page, lambda: only_per_pair() is not was, _WITHIN, "the API says so")
    expect(page.get_by_text("all entries" if was else "the pair alone", exact=True).first).to_be_visible()
