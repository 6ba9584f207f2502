"""The numbers of positions: the page's, the API's and Freqtrade's own are the same ones."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page

from tests.browser.house import House, until
from tests.browser.visitor import Visitor

_CELLS = """rows => rows.map((row) => ({
    coin: row.querySelector(".position-name").textContent,
    side: row.querySelector(".side").textContent,
    leverage: row.querySelector(".leverage").textContent,
    result: row.querySelector(".position-result").firstElementChild.textContent,
    facts: Object.fromEntries([...row.querySelectorAll(".facts > div")].map((fact) =>
        [fact.querySelector("dt").textContent, fact.querySelector("dd").textContent])),
}))"""


def number(text: str) -> float:
    """A number as English digits say it."""
    return float(re.sub(r"[^0-9.-]", "", text.replace("−", "-")))


def shown(page: Page) -> dict[str, tuple[str, float, float, float]]:
    """Side, leverage, result and margin of each filled position on the page, by its coin."""
    found: list[dict[str, Any]] = page.locator(".position:not(:has(.waiting))").evaluate_all(_CELLS)
    return {
        row["coin"]: (
            row["side"],
            number(row["leverage"]),
            number(row["result"]),
            number(row["facts"]["Invested"]),
        )
        for row in found
    }


def told(positions: list[dict[str, Any]]) -> dict[str, tuple[str, float, float, float]]:
    """The same of GET /positions."""
    return {
        each["pair"].split("/")[0]: (
            each["side"],
            each["leverage_set"],
            round(each["unrealised_pnl"], 2) + 0.0,
            round(each["invested"], 2),
        )
        for each in positions
    }


def known(trades: list[dict[str, Any]]) -> dict[str, tuple[str, float, float, float]]:
    """The same of Freqtrade's GET /api/v1/status."""
    return {
        trade["pair"].split("/")[0]: (
            "SHORT" if trade["is_short"] else "LONG",
            trade["leverage"],
            round(trade["profit_abs"], 2) + 0.0,
            round(trade["stake_amount"], 2),
        )
        for trade in trades
        if trade["amount"] > 0
    }


def test_side_leverage_result_and_margin_are_the_same_on_page_api_and_in_freqtrade(
    visitor: Visitor, house: House
) -> None:
    page = visitor.open("portfolio").page
    seen: list[Any] = []

    def agree() -> bool:
        # Prices move: the three are of one moment where Freqtrade says the same before and after.
        before = known(house.bot("status"))
        of_page, of_api = shown(page), told(house.filled())
        if before != known(house.bot("status")):
            return False
        seen[:] = [of_page, of_api, before]
        return bool(before) and of_page == of_api == before

    until(page, agree, 60, f"one moment at which all three agree: {seen}")
