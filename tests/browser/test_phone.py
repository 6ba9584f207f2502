"""A phone, 360 px wide."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.visitor import LANGUAGES, PHONE

_WIDER = """() => {
    const wide = document.documentElement.clientWidth;
    const scrolls = (element) => {
        for (let box = element.parentElement; box; box = box.parentElement)
            if (/auto|scroll|hidden|clip/.test(getComputedStyle(box).overflowX)) return true;
        return false;
    };
    return [...document.querySelectorAll("body *")]
        .filter((element) => element.getBoundingClientRect().right > wide + 1 && !scrolls(element))
        .map((element) => `${element.tagName}.${element.className}`);
}"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_scrolls_sideways(visit: Visit, language: str) -> None:
    paths = visit().open("portfolio").pages()
    phone = visit(language=language, size=PHONE)
    for path in paths:
        page = phone.open(path).page
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], (
            path,
            page.evaluate(_WIDER),
        )
        assert page.evaluate(_WIDER) == [], path


def test_every_page_can_be_reached_from_the_bar_at_the_bottom(visit: Visit) -> None:
    paths = [path for path in visit().open("portfolio").pages() if "/" not in path]
    phone = visit(size=PHONE).open("portfolio")
    page = phone.page
    bar = page.get_by_role("navigation", name="Main pages")
    for path in paths:
        link = bar.locator(f"> a[href='/page/{path}']")
        if link.count() == 0:
            bar.get_by_role("button", name="More").click()
            link = page.get_by_role("dialog").locator(f"a[href='/page/{path}']")
        link.click()
        page.wait_for_url(f"**/page/{path}")
        expect(page.get_by_role("dialog")).to_have_count(0)
        phone.settled()


def test_what_is_pressed_on_a_phone_is_large_enough_for_a_finger(visit: Visit) -> None:
    phone = visit(size=PHONE).open("portfolio")
    for name in ("Main pages",):
        boxes = phone.page.get_by_role("navigation", name=name).locator("> a, > button")
        for box in boxes.all():
            size = box.bounding_box()
            assert size is not None
            assert min(size["width"], size["height"]) >= 44, box.inner_text()
