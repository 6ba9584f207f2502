"""Every page opens, in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.visitor import LANGUAGES, Visitor


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_opens_with_a_title_of_its_own_and_nothing_that_failed(
    visit: Visit, language: str
) -> None:
    visitor = visit(language=language).open("portfolio")
    page = visitor.page
    titles = set()
    for path in visitor.pages():
        visitor.open(path)
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator("main#content [role=alert]")).to_have_count(0)
        titles.add(page.title())
    assert len(titles) == len(visitor.pages()) - 1, "coin and coin/BTC are one page"


def test_the_bar_says_within_five_seconds_what_runs_and_how_old_it_is(visitor: Visitor) -> None:
    page = visitor.open("funnel").page
    bar = page.get_by_role("region", name="In five seconds")
    expect(bar).to_contain_text("DRY RUN")
    for words in ("Equity, USDT", "Today: realised | open", "Positions", "To kill switch"):
        expect(bar).to_contain_text(words)
    for age in ("feed", "decision", "bot"):
        expect(bar.locator(".figure-ages")).to_contain_text(age)


def test_the_keyboard_opens_pages_searches_and_shows_its_keys(visitor: Visitor) -> None:
    page = visitor.open("portfolio").page
    page.keyboard.press("g")
    page.keyboard.press("o")
    expect(page).to_have_title("Opportunities · HHQ-1")
    expect(visitor.settled().page.get_by_label("Search coins")).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_label("Search coins")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_an_address_without_a_page_says_so(visitor: Visitor) -> None:
    visitor.open("nowhere")
    expect(visitor.page.get_by_text("There is no page of this address.")).to_be_visible()
