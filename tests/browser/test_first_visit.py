"""A person who has never seen the page: what it is, whose prices, whose money, and where to look."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.people import READER, TRADER, Person
from tests.browser.visitor import DESKTOP, PHONE

_CARD = "dialog.tour-card[open]"


def walked(page: Page) -> list[str]:
    """The titles of the tour, each reached by a key from the one before."""
    card = page.locator(_CARD)
    titles: list[str] = []
    while True:
        titles.append(card.get_by_role("heading").inner_text())
        if card.get_by_role("button", name="Done").count():
            return titles
        expect(card.get_by_role("button", name="Next")).to_be_focused()
        page.keyboard.press("Enter" if len(titles) % 2 else "ArrowRight")
        expect(card.get_by_role("heading")).not_to_have_text(titles[-1])


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_tour_opens_once_by_itself_and_is_walked_by_keys(visit: Visit, size: tuple[int, int]) -> None:
    page = visit(knows_the_page=False, size=size).page
    page.goto("/")
    expect(page.locator(_CARD)).to_contain_text("Generated market:")
    expect(page.locator(_CARD)).to_contain_text("No real money:")
    titles = walked(page)
    assert len(titles) == 7
    assert titles[-1] == "What has been shown"
    expect(page.locator(_CARD)).to_contain_text("They have shown no edge")
    page.keyboard.press("Escape")
    expect(page.locator(_CARD)).to_have_count(0)
    expect(page).to_have_title("Portfolio · HHQ-1")
    page.reload()
    expect(page.locator("main#content")).to_be_visible()
    expect(page.locator(_CARD)).to_have_count(0)


@pytest.mark.parametrize(("person", "steps"), [(TRADER, 7), (READER, 6)])
def test_the_sign_says_what_this_is_and_leads_to_the_tour_again(
    visit: Visit, person: Person, steps: int
) -> None:
    page = visit(person).open("funnel").page
    sign = page.locator(".market-sign")
    expect(sign).to_contain_text("GENERATED")
    expect(sign).to_contain_text("no real money")
    sign.click()
    page.get_by_role("button", name="Show the tour").click()
    assert len(walked(page)) == steps
    page.keyboard.press("Escape")
    expect(sign).to_be_focused()
    expect(page).to_have_title("Funnel · HHQ-1")


def test_nothing_is_news_when_the_page_is_opened(visit: Visit) -> None:
    page = visit().open("portfolio").page
    expect(page.locator(".position").first).to_be_visible(timeout=90_000)
    page.reload()
    expect(page.locator(".position").first).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_role("dialog", name="Notices")).to_contain_text("since this page was opened")
