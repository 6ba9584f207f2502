"""A coin: why there is a signal, or none."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.house import House, until
from tests.browser.visitor import Visitor


def test_a_coin_says_which_gate_stopped_it_and_on_which_numbers(visitor: Visitor, house: House) -> None:
    page = visitor.open("coin/BTC").page
    panel = page.get_by_role("region", name=re.compile("Why there is"))
    sentence = panel.locator(".why-sentence").first

    def is_shown() -> bool:
        explained = house.api("/coins/BTC")["explanation"]
        text = sentence.inner_text()
        return explained["gate"] in text and explained["reason"] in text

    until(page, is_shown, 30, "the page says what the API says")
    steps = house.api("/coins/BTC")["explanation"]["steps"]
    names = page.locator(".gates").first.locator(".gate-name").all_inner_texts()
    assert names == [step["gate"] for step in steps]


def test_the_funnel_leads_to_the_coins_that_ended_at_a_gate(visitor: Visitor, house: House) -> None:
    page = visitor.open("funnel").page
    link = page.locator(".funnel a").first
    gate = link.inner_text()
    link.click()
    visitor.settled()
    page.wait_for_url(f"**/page/opportunities?gate={gate}")
    shown = page.locator("[data-place]")
    expect(shown.first).to_be_visible()
    assert all(gate in text for text in shown.all_inner_texts())
