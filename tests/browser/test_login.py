"""Opening the page, logging in and out."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.house import House
from tests.browser.people import READER, TRADER
from tests.browser.visitor import Visitor


def log_in(visitor: Visitor, name: str, password: str, *, words: tuple[str, str, str]) -> None:
    page = visitor.page
    user, secret, button = words
    page.get_by_label(user).fill(name)
    page.get_by_label(secret).fill(password)
    page.get_by_role("button", name=button).click()


ENGLISH = ("User", "Password", "Log in")
TURKISH = ("Kullanıcı", "Parola", "Giriş yap")


def test_a_visitor_finds_the_login_and_a_wrong_password_is_refused_in_words(visit: Visit) -> None:
    visitor = visit(None)
    visitor.page.goto("/")
    expect(visitor.page.get_by_role("heading", name="HHQ-1")).to_be_visible()
    log_in(visitor, TRADER.name, "not this one", words=ENGLISH)
    expect(visitor.page.get_by_role("alert")).to_have_text("User or password is wrong.")
    expect(visitor.page.locator("main#content")).to_have_count(0)


def test_the_right_password_opens_the_portfolio_and_logging_out_ends_the_session(visit: Visit) -> None:
    visitor = visit(None)
    page = visitor.page
    page.goto("/")
    log_in(visitor, TRADER.name, TRADER.password, words=ENGLISH)
    visitor.settled()
    expect(page).to_have_title("Portfolio · HHQ-1")
    page.reload()
    visitor.settled()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_label("Password")).to_be_visible()
    page.goto("/page/portfolio")
    expect(page.get_by_label("Password")).to_be_visible()
    assert visitor.context.request.get("/api/v1/session").status == 401


def test_the_first_visit_speaks_the_browsers_language_and_the_choice_of_another_stays(visit: Visit) -> None:
    visitor = visit(None, language="tr")
    page = visitor.page
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "tr")
    log_in(visitor, READER.name, READER.password, words=TURKISH)
    visitor.settled()
    expect(page).to_have_title("Portföy · HHQ-1")
    page.get_by_label("Dil", exact=True).select_option("en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_title("Portfolio · HHQ-1")
    page.reload()
    visitor.settled()
    expect(page).to_have_title("Portfolio · HHQ-1")


def test_a_session_that_has_ended_elsewhere_leads_to_the_login_which_says_so(
    visit: Visit, house: House
) -> None:
    visitor = visit().open("portfolio")
    csrf = visitor.context.request.get("/api/v1/session").json()["csrf_token"]
    ended = visitor.context.request.post(
        "/api/v1/logout", headers={"X-CSRF-Token": csrf, "Origin": house.address}
    )
    assert ended.ok, ended.text()
    expect(visitor.page.get_by_text("Your session has ended. Log in again.")).to_be_visible()
