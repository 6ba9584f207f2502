"""Closing positions: with a question, by keyboard alone, and never by an accident."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.house import House, until
from tests.browser.visitor import Visitor

_MOST_STEPS = 200
_FOCUSED = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText.trim()"


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the element of that name has the focus."""
    for _ in range(_MOST_STEPS):
        page.keyboard.press("Tab")
        if page.evaluate(_FOCUSED) == name:
            return
    raise AssertionError(f"Tab does not lead to {name!r}")


def test_a_question_that_is_not_answered_closes_nothing(visitor: Visitor, house: House) -> None:
    coin = house.filled()[0]["pair"].split("/")[0]
    page = visitor.open("portfolio").page
    for leave in ("Cancel", "Escape"):
        page.get_by_role("button", name=f"Close {coin}", exact=True).click()
        dialog = page.get_by_role("dialog", name=f"Close {coin}")
        expect(dialog).to_contain_text("This cannot be undone.")
        if leave == "Escape":
            page.keyboard.press("Escape")
        else:
            dialog.get_by_role("button", name="Cancel").click()
        expect(dialog).to_have_count(0)
    assert visitor.seen.changes == []
    assert coin in {each["pair"].split("/")[0] for each in house.filled()}


def test_closing_all_asks_first_and_names_what_it_would_close(visitor: Visitor, house: House) -> None:
    page = visitor.open("funnel").page
    page.get_by_role("button", name="Close all…").click()
    dialog = page.get_by_role("dialog", name="Close all positions")
    for position in house.filled():
        expect(dialog).to_contain_text(position["pair"].split("/")[0])
    expect(dialog.get_by_role("button", name="at the market price")).to_be_enabled()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert house.filled()


def test_a_position_is_closed_by_keyboard_alone_and_the_page_says_what_happened(
    visitor: Visitor, house: House
) -> None:
    position = house.filled()[0]
    coin = position["pair"].split("/")[0]
    page = visitor.open("portfolio").page
    tab_to(page, f"Close {coin}")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name=f"Close {coin}")
    expect(dialog).to_be_visible()
    tab_to(page, f"Close {coin} now")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("status")).to_contain_text(f"The exit order of {coin} is placed.")
    tab_to(page, "Close this window")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    assert len(visitor.seen.changes) == 1, visitor.seen.changes

    def is_gone() -> bool:
        return position["id"] not in {each["id"] for each in house.api("/positions")["positions"]}

    until(page, is_gone, 60, "the position is closed")
    expect(page.get_by_role("button", name=f"Close {coin}", exact=True)).to_have_count(0)

    def is_told() -> bool:
        trades = house.api("/trades")["items"]
        return [(each["pair"], each["closeReason"]) for each in trades[:1]] == [(position["pair"], "MANUAL")]

    until(page, is_told, 30, "the closed trade is in the history")
    expect(page.get_by_role("region", name="Closed trades").last).to_contain_text("MANUAL")
