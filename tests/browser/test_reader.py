"""A user who may only read finds no control on any page."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.house import House
from tests.browser.people import READER
from tests.browser.visitor import DESKTOP, PHONE

_ASKS = "…"
"""What ends so asks before it does something; both roles have it only where something is changed."""


def buttons(page: Page) -> set[str]:
    """Names of all buttons that are there, whether they can be pressed or not."""
    names: list[str] = page.locator("button").evaluate_all(
        "all => all.map((button) => button.getAttribute('aria-label') ?? button.innerText.trim())"
    )
    return set(names)


def test_a_reader_sees_no_control_where_a_trader_has_some_and_nothing_he_presses_changes_anything(
    visit: Visit, house: House
) -> None:
    assert house.filled(), "a trader could close something"
    trader, reader = visit().open("portfolio"), visit(READER).open("portfolio")
    controls = {}
    for path in trader.pages():
        of_trader, of_reader = buttons(trader.open(path).page), buttons(reader.open(path).page)
        assert [name for name in of_reader if name.endswith(_ASKS)] == [], path
        assert of_reader <= of_trader, path
        controls[path] = of_trader - of_reader
    assert {"Close all…"} <= set.intersection(*controls.values())
    for path in ("portfolio", "settings", "modules"):
        assert len(controls[path]) > 1, f"{path}: a trader has controls of its own there"


def test_whatever_a_reader_presses_sends_nothing_that_changes_something(visit: Visit) -> None:
    reader = visit(READER).open("portfolio")
    page = reader.page
    for path in reader.pages():
        reader.open(path)
        for button in page.locator("main#content button:visible").all()[:40]:
            if button.is_visible() and button.is_enabled():
                button.click()
            if page.locator("dialog[open]").count():
                page.keyboard.press("Escape")
    assert reader.seen.changes == []


def test_on_a_phone_too(visit: Visit) -> None:
    reader = visit(READER, size=DESKTOP).open("portfolio")
    paths = reader.pages()
    phone = visit(READER, size=PHONE)
    for path in paths:
        phone.open(path)
        expect(phone.page.get_by_role("button", name=_ASKS)).to_have_count(0)
