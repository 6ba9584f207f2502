"""Markup from outside is text, the policy is strict, no other site can frame the page, and secrets stay where they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Visit
from tests.browser.feed_between import FeedBetween, Message
from tests.browser.house import House
from tests.browser.people import ATTACKER, MARKUP, TRADER
from tests.browser.visitor import Visitor

_ATTACKED = "document.body.dataset.attacked ?? document.querySelector('img[src=x]')?.outerHTML ?? ''"
# Codes that the page chooses a colour, a mark or a word by stay what they are; whatever is shown is replaced.
_STRUCTURE = {
    *("type", "channel", "op", "columns", "key", "symbol", "level", "side", "outcome", "state", "run_mode"),
    *("role", "means", "csrf_token", "kind", "json_schema", "section"),
}


def with_markup(found: Any) -> Any:
    """The same document with markup at the end of each text."""
    if isinstance(found, dict):
        return {key: value if key in _STRUCTURE else with_markup(value) for key, value in found.items()}
    if isinstance(found, list):
        return [with_markup(each) for each in found]
    return found + MARKUP if isinstance(found, str) and found else found


def in_feed(message: Message) -> Message:
    """A message of the feed with markup in whatever it says of coins, positions, signals, trades, and in log lines."""
    if "rows" in message:
        # A row is [number, key, value, …]; the key stays.
        kept = {place + 2 for place, name in enumerate(message["columns"]) if name in _STRUCTURE} | {0, 1}
        message["rows"] = [
            [value if place in kept else with_markup(value) for place, value in enumerate(row)]
            for row in message["rows"]
        ]
    return message | {
        name: with_markup(message[name]) for name in ("entries", "fields", "detail") if name in message
    }


def in_api(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=json.dumps(with_markup(answer.json())))


def test_a_name_with_markup_is_text_in_the_page_and_in_the_log(visit: Visit) -> None:
    visitor = visit(ATTACKER).open("logs")
    page = visitor.page
    expect(page.locator(".account").first).to_contain_text(MARKUP)
    line = page.locator(".log-line").filter(has_text="has logged in from")
    expect(line.filter(has_text=MARKUP).first).to_be_visible()
    assert page.evaluate(_ATTACKED) == ""


def test_markup_in_whatever_feed_and_api_say_is_shown_as_text_on_every_page(visitor: Visitor) -> None:
    page = visitor.page
    FeedBetween(page, in_feed)
    page.route(
        lambda address: "/api/v1/" in address and "/session" not in address,
        lambda route: in_api(route) if route.request.method == "GET" else route.continue_(),
    )
    visitor.open("portfolio")
    seen = set()
    for path in visitor.pages():
        visitor.open(path)
        assert page.evaluate(_ATTACKED) == "", path
        if MARKUP in page.locator("main#content").inner_text():
            seen.add(path)
    assert {
        "portfolio",
        "signals",
        "opportunities",
        "coin/BTC",
        "funnel",
        "evidence",
        "modules",
        "logs",
    } <= seen


def test_markup_in_an_address_is_text(visitor: Visitor) -> None:
    for path in (
        f"coin/{quote(MARKUP, safe='')}",
        f"opportunities?gate={quote(MARKUP)}",
        quote(MARKUP, safe=""),
    ):
        visitor.page.goto(f"/page/{path}")
        expect(visitor.page.locator("main#content")).to_be_visible()
        assert visitor.page.evaluate(_ATTACKED) == "", path


@pytest.mark.parametrize("path", ["/", "/page/portfolio"])
def test_the_policy_allows_nothing_unsafe_and_no_other_host(visit: Visit, path: str) -> None:
    visitor = visit(None)
    answer = visitor.page.goto(path)
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "http" not in policy
    again = visitor.page.goto(path)
    assert again is not None
    assert again.headers["content-security-policy"] != policy, "a nonce is used once"


def test_a_script_and_a_style_that_are_put_into_the_page_do_nothing(visit: Visit) -> None:
    visitor = visit().open("portfolio")
    visitor.page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "document.body.dataset.attacked = 1";
            document.body.append(script);
        }"""
    )
    assert visitor.page.evaluate(_ATTACKED) == ""
    visitor.page.wait_for_timeout(0)
    assert any(told.startswith("script-src") for told in visitor.seen.violations)
    # These were ours; any other violation fails the test as everywhere.
    visitor.seen.violations[:] = [each for each in visitor.seen.violations if "script-src" not in each]
    visitor.seen.errors.clear()


def test_no_other_page_can_frame_it(visit: Visit, house: House) -> None:
    visitor = visit(None)
    other = "http://other.test/"
    visitor.page.route(
        f"{other}**",
        lambda route: route.fulfill(
            content_type="text/html", body=f"<iframe src='{house.address}/page/portfolio'></iframe>"
        ),
    )
    visitor.page.goto(other)
    frame = visitor.page.frames[-1]
    assert len(visitor.page.frames) == 2
    assert frame.url.startswith("chrome-error:"), "the browser has refused it"
    # The refusal is said in the console of the page that tried.
    visitor.seen.errors.clear()


def test_no_secret_is_in_an_address_in_the_browsers_storage_or_in_a_log(visit: Visit, house: House) -> None:
    visitor = visit(None)
    page = visitor.page
    page.goto("/")
    page.get_by_label("User").fill(TRADER.name)
    page.get_by_label("Password").fill(TRADER.password)
    with page.expect_response("**/api/v1/login") as login:
        page.get_by_role("button", name="Log in").click()
    visitor.settled()
    (cookie,) = visitor.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("hhq_session", True, "Strict")
    assert page.evaluate("document.cookie") == ""
    secrets = [TRADER.password, login.value.json()["csrf_token"], str(cookie["value"])]
    for path in visitor.pages():
        visitor.open(path)
    places: dict[str, str] = {
        "addresses": "\n".join(visitor.seen.addresses),
        "storage": json.dumps(visitor.storage()),
        "document": page.content(),
        **house.logs(),
    }
    assert any(address.startswith("ws://") for address in visitor.seen.addresses)
    holds: Callable[[str, str], bool] = lambda text, secret: secret in text or quote(secret) in text  # noqa: E731
    assert [name for name, text in places.items() for secret in secrets if holds(text, secret)] == []
    assert "token" not in places["addresses"].replace("/token", "")
