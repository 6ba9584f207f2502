"""All coins: search, order, and rows that do not jump."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.feed_between import FeedBetween
from tests.browser.house import House
from tests.browser.visitor import Visitor

SOME = 10


def coins(page: Page) -> list[str]:
    """The coins of the rows that can be seen, from the top."""
    rows: list[tuple[int, str]] = page.locator("[data-place]").evaluate_all(
        "rows => rows.map((row) => [Number(row.dataset.place), row.querySelector('a').textContent])"
    )
    return [coin for _, coin in sorted(rows)]


def column(page: Page, name: str) -> list[float]:
    """The numbers of a column in the order of the rows; English digits."""
    titles = page.get_by_role("columnheader").all_inner_texts()
    place = next(at for at, title in enumerate(titles) if title.startswith(name))
    rows: list[tuple[int, str]] = page.locator("[data-place]").evaluate_all(
        "(rows, at) => rows.map((row) => [Number(row.dataset.place), row.children[at].textContent])", place
    )
    return [float(text.replace(",", "").replace("−", "-")) for _, text in sorted(rows) if text != "n/a"]


def test_every_coin_of_the_market_is_there_and_search_finds_one(visitor: Visitor, house: House) -> None:
    page = visitor.open("opportunities").page
    total = house.api("/opportunities")["total"]
    expect(page.get_by_text(f"{total} of {total} coins")).to_be_visible()
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", str(total + 1))
    page.get_by_label("Search coins").fill("btc")
    expect(page.get_by_text(f"1 of {total} coins")).to_be_visible()
    assert coins(page) == ["BTC"]
    page.get_by_label("Search coins").fill("no coin is called so")
    expect(page.get_by_text("No coin fits.")).to_be_visible()


def test_a_title_sorts_by_its_column_and_the_choice_is_remembered(visitor: Visitor) -> None:
    page = visitor.open("opportunities").page
    title = page.get_by_role("columnheader", name="Hurst")
    title.get_by_role("button").click()
    expect(title).to_have_attribute("aria-sort", "descending")
    falling = column(page, "Hurst")
    assert falling == sorted(falling, reverse=True)
    assert len(falling) >= SOME
    page.reload()
    visitor.settled()
    expect(title).to_have_attribute("aria-sort", "descending")
    title.get_by_role("button").click()
    expect(title).to_have_attribute("aria-sort", "ascending")
    rising = column(page, "Hurst")
    assert rising == sorted(rising)


def test_rows_stay_where_they_are_under_the_pointer_until_the_new_order_is_asked_for(
    visitor: Visitor,
) -> None:
    between = FeedBetween(visitor.page)
    page = visitor.open("opportunities").page
    expect(page.locator("[data-place]").first).to_be_visible()
    page.locator("[data-place='3']").hover()
    before = coins(page)
    between.close_a_candle_that_turns_the_order_round()
    expect(page.get_by_role("button", name="Order changed")).to_be_visible()
    assert coins(page) == before, "no row has moved"
    page.get_by_role("button", name="Order changed").click()
    expect(page.get_by_role("button", name="Order changed")).to_have_count(0)
    after = coins(page)
    assert after[:3] != before[:3]
    assert after[0] == between.first_of_the_new_order


def test_a_row_opens_its_coin_by_keyboard(visitor: Visitor) -> None:
    page = visitor.open("opportunities").page
    first = page.locator("[data-place='0']")
    first.focus()
    page.keyboard.press("ArrowDown")
    second = page.locator("[data-place='1']")
    expect(second).to_be_focused()
    coin = second.locator("a").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/page/coin/{coin}")
