"""WCAG 2.2 AA, as far as axe can see it: every page and every dialog, in both themes."""

from __future__ import annotations

from typing import get_args

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.conftest import Visit
from tests.browser.house import House
from tests.browser.visitor import DESKTOP, PHONE, Theme, Visitor

THEMES = get_args(Theme)
_PAGES_WITH_QUESTIONS = ("portfolio", "modules")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_on_any_page(visit: Visit, theme: Theme, size: tuple[int, int]) -> None:
    paths = visit().open("portfolio").pages()
    visitor = visit(theme=theme, size=size)
    found = {path: violations(visitor.open(path).page) for path in paths}
    assert {path: each for path, each in found.items() if each} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_at_the_login(visit: Visit, theme: Theme) -> None:
    visitor = visit(None, theme=theme)
    visitor.page.goto("/")
    expect(visitor.page.get_by_label("Password")).to_be_visible()
    assert violations(visitor.page) == []


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_in_the_dialogs(visit: Visit, house: House, theme: Theme) -> None:
    assert house.filled()
    visitor = visit(theme=theme)
    found: dict[str, list[str]] = {}
    for path in _PAGES_WITH_QUESTIONS:
        visitor.open(path)
        for name in sorted(asking(visitor)):
            visitor.page.get_by_role("button", name=name, exact=True).first.click()
            found[f"{path}: {name}"] = in_dialog(visitor)
    visitor.open("opportunities").page.get_by_role("button", name="Columns").click()
    found["columns"] = in_dialog(visitor)
    visitor.page.keyboard.press("?")
    found["keys"] = in_dialog(visitor)
    found["a setting"] = changing_a_setting(visitor)
    assert {name: each for name, each in found.items() if each} == {}
    assert len(found) >= 6, found


def asking(visitor: Visitor) -> set[str]:
    """Names of the buttons that open a question and can be pressed now."""
    names: list[str] = visitor.page.locator("button:enabled:visible").evaluate_all(
        "all => all.filter((button) => button.innerText.trim().endsWith('…'))"
        ".map((button) => button.getAttribute('aria-label') ?? button.innerText.trim())"
    )
    return set(names)


def in_dialog(visitor: Visitor) -> list[str]:
    """What axe finds while a dialog is open; closes it."""
    page = visitor.page
    expect(page.locator("dialog[open]")).to_have_count(1)
    expect(page.locator("dialog[open] .panel-state")).to_have_count(0)
    found = violations(page)
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    return found


def changing_a_setting(visitor: Visitor) -> list[str]:
    """What axe finds while a setting is edited, and while its change is asked for."""
    page = visitor.open("settings").page
    key = "signal.z_score_threshold"
    page.get_by_label("Search settings").fill(key)
    page.get_by_role("button", name=f"Change {key}").click()
    page.get_by_label(key, exact=True).fill("1.8")
    found = violations(page)
    page.get_by_role("button", name="Save…").click()
    return found + in_dialog(visitor)


def test_axe_finds_nothing_in_the_pages_that_a_phone_has_under_more(visit: Visit) -> None:
    visitor = visit(size=PHONE).open("portfolio")
    visitor.page.get_by_role("button", name="More").click()
    assert in_dialog(visitor) == []
