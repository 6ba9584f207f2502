"""A companion that is gone, comes back, is slow, or refuses: each has its picture, and nothing pretends to be live."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visit
from tests.browser.house import House
from tests.browser.people import TRADER, environment
from tests.browser.visitor import Visitor
from tests.service.served import Served

_SLOW_MS = 5_000


@pytest.fixture
def second(house: House, tmp_path: Path) -> Iterator[Served]:
    """Another companion of the same exchange and bot, which can be ended without ending the demonstration."""
    bot = json.loads((house.demo.run_folder / "credentials.json").read_text())
    login = {
        "FREQTRADE__API_SERVER__USERNAME": bot["username"],
        "FREQTRADE__API_SERVER__PASSWORD": bot["password"],
    }
    served = Served(
        tmp_path,
        house.demo.replay_port,
        {**login, **environment()},
        bots={"urls": [f"http://127.0.0.1:{house.demo.api_port}"]},
    ).answers()
    yield served
    served.kill()


def test_a_companion_that_ends_leaves_what_was_seen_with_its_age_and_comes_back_by_itself(
    visit: Visit, second: Served
) -> None:
    visitor = visit(address=f"http://127.0.0.1:{second.port}").open("portfolio")
    page = visitor.page
    close = page.get_by_role("button", name="Close all…")
    expect(page.locator(".position").first).to_be_visible(timeout=90_000)
    expect(close).to_be_enabled()
    second.end()
    banner = page.locator(".banner")
    expect(banner).to_contain_text("Not connected.")
    expect(banner).to_contain_text("Actions are off until the connection is back.")
    expect(close).to_be_disabled()
    expect(page.locator(".position").first).to_be_visible()
    expect(page.locator(".bar-stale")).to_be_visible()
    expect(page.locator(".bar .age-old").first).to_be_visible(timeout=30_000)
    second.again().answers()
    expect(banner).to_have_count(0, timeout=60_000)
    expect(page.locator(".bar-stale")).to_have_count(0)
    expect(close).to_be_enabled(timeout=90_000)


def test_a_page_that_is_opened_while_the_companion_does_not_answer_waits_for_it(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    is_there = False

    def session(route: Route) -> None:
        if is_there:
            route.continue_()
        else:
            route.abort("connectionrefused")

    page.route("**/api/v1/session", session)
    page.goto("/page/portfolio")
    expect(page.get_by_role("status")).to_contain_text("Waiting for the companion to answer")
    is_there = True
    visitor.settled()


def refuse(page: Page, status: int, kind: str, detail: str) -> None:
    document = {"type": f"urn:hhq:problem:{kind}", "title": "x", "status": status, "detail": detail}
    page.route(
        "**/api/v1/phase193/status",
        lambda route: route.fulfill(
            status=status,
            content_type="application/problem+json",
            headers={"Retry-After": "7", "X-Request-ID": "1234567890abcdef"},
            body=json.dumps(document | {"instance": "/", "request_id": "1234567890abcdef"}),
        ),
    )


@pytest.mark.parametrize(
    ("status", "kind"),
    [(429, "locked"), (503, "no-scan-yet"), (503, "store-failed"), (500, "internal-error")],
)
def test_a_refusal_is_shown_with_its_reason_and_the_request_and_can_be_tried_again(
    visitor: Visitor, status: int, kind: str
) -> None:
    page = visitor.page
    refuse(page, status, kind, f"this is why it is {status}")
    page.goto("/page/modules")
    failed = page.locator("main#content [role=alert]").first
    expect(failed).to_contain_text(f"this is why it is {status}")
    expect(failed).to_contain_text("1234567890abcdef")
    with page.expect_request("**/api/v1/phase193/status"):
        failed.get_by_role("button", name="Try again").click()
    expect(failed).to_contain_text(f"this is why it is {status}")
    # From now on it answers: by the button or by the page's own next question, what was refused is shown.
    page.unroute("**/api/v1/phase193/status")
    expect(page.get_by_role("region", name="Stop-loss guard")).to_be_visible()
    expect(page.locator("main#content [role=alert]")).to_have_count(0)


def test_a_401_leads_to_the_login(visitor: Visitor) -> None:
    page = visitor.open("portfolio").page
    refuse(page, 401, "not-authenticated", "no valid session")
    page.get_by_role("link", name="Modules").first.click()
    # The next question is asked within five seconds.
    expect(page.get_by_text("Your session has ended. Log in again.")).to_be_visible(timeout=15_000)


def test_too_many_failed_logins_say_how_long_to_wait(visit: Visit) -> None:
    visitor = visit(None)
    page = visitor.page
    page.route(
        "**/api/v1/login",
        lambda route: route.fulfill(
            status=429,
            content_type="application/problem+json",
            headers={"Retry-After": "42"},
            body=json.dumps({"type": "urn:hhq:problem:locked", "detail": "x", "request_id": "y"}),
        ),
    )
    page.goto("/")
    page.get_by_label("User").fill(TRADER.name)
    page.get_by_label("Password").fill("whatever")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("try again in 42 seconds")


def test_a_slow_answer_is_waited_for_in_words_and_then_shown(visitor: Visitor) -> None:
    page = visitor.page
    held: list[Route] = []
    is_slow = True
    page.route(
        "**/api/v1/phase193/status", lambda route: held.append(route) if is_slow else route.continue_()
    )
    page.goto("/page/modules")
    loading = page.locator("main#content [role=status]")
    expect(loading).to_contain_text("Loading…")
    page.wait_for_timeout(_SLOW_MS)
    expect(loading).to_contain_text("Loading…")
    is_slow = False
    for route in held:
        route.continue_()
    expect(page.get_by_role("region", name="Stop-loss guard")).to_be_visible()


def test_an_action_without_an_answer_is_unknown_and_never_called_done(visitor: Visitor, house: House) -> None:
    coin = house.filled()[0]["pair"].split("/")[0]
    page = visitor.open("portfolio").page
    page.route("**/positions/*/close", lambda route: route.abort("connectionreset"))
    page.get_by_role("button", name=f"Close {coin}", exact=True).click()
    dialog = page.get_by_role("dialog", name=f"Close {coin}")
    dialog.get_by_role("button", name=f"Close {coin} now").click()
    expect(dialog).to_contain_text("Unknown: no answer came, so it may have happened or not.")
    expect(dialog).to_contain_text(f"{coin} is shown as open at this moment.")
