"""A person at the page: a browser context of its own, and whatever the page does there that it must not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, WebSocket, expect

from tests.browser.people import Person

Theme = Literal["dark", "light"]
DESKTOP, PHONE = (1600, 1000), (360, 740)
FIRST_SECONDS = 20.0
LANGUAGES = {"en": "en-GB", "tr": "tr-TR"}
ZONE = "Europe/Istanbul"
_ASKING = {"GET", "HEAD", "OPTIONS"}
# Chromium itself says so of what does not answer, or refuses; that is judged by what the page shows of it.
_BROWSERS_OWN = ("Failed to load resource", "WebSocket connection to")
_WATCH = """
    addEventListener("securitypolicyviolation", (event) =>
        toldOfViolation(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""
# The tour opens by itself on a first visit, over everything else.
_KNOWS_THE_PAGE = """localStorage.setItem("hhq.tour", "true");"""


@dataclass
class Seen:
    """What the page has done, from its first document on."""

    violations: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)


class Visitor:
    """A person at the page. Language and colours are the browser's own, as at a first visit."""

    def __init__(
        self,
        browser: Browser,
        address: str,
        *,
        language: str = "en",
        theme: Theme = "dark",
        size: tuple[int, int] = DESKTOP,
        knows_the_page: bool = True,
    ) -> None:
        self.address = address
        self.seen = Seen()
        self.context = browser.new_context(
            base_url=address,
            locale=LANGUAGES[language],
            timezone_id=ZONE,
            color_scheme=theme,
            viewport={"width": size[0], "height": size[1]},
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(FIRST_SECONDS * 1000)
        self.context.expose_binding("toldOfViolation", lambda _, told: self.seen.violations.append(str(told)))
        self.context.add_init_script(_WATCH)
        if knows_the_page:
            self.context.add_init_script(_KNOWS_THE_PAGE)
        self.context.on("request", self._asked)
        self.context.on("console", self._said)
        self.page: Page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.seen.errors.append(str(error)))
        self.page.on("websocket", self._connected)

    def log_in(self, person: Person) -> Visitor:
        """Get a session without the form."""
        answer = self.context.request.post(
            "/api/v1/login", data={"username": person.name, "password": person.password}
        )
        assert answer.ok, answer.text()
        return self

    def open(self, path: str) -> Visitor:
        """Load a page by its address below ``/page/`` and wait until all of it is there."""
        self.page.goto(f"/page/{path}")
        return self.settled()

    def settled(self) -> Visitor:
        """Wait until nothing of the page is still being loaded."""
        expect(self.page.locator("main#content")).to_be_visible()
        expect(self.page.locator(".panel-state[role=status]")).to_have_count(0)
        return self

    def pages(self) -> list[str]:
        """The addresses of all pages below ``/page/``, as the navigation has them, and that of a coin."""
        links = self.page.locator("nav.navigation ul a").evaluate_all(
            "links => links.map((link) => link.getAttribute('href'))"
        )
        assert len(links) >= 10, links
        return [*(re.sub("^/page/", "", link) for link in links), "coin/BTC"]

    def storage(self) -> dict[str, str]:
        """What the page has left in the browser."""
        found: dict[str, str] = self.page.evaluate("({...localStorage, ...sessionStorage})")
        return found

    def ended(self) -> Seen:
        """Close the browser's window; what the page has done."""
        self.context.close()
        return self.seen

    def _asked(self, request: Request) -> None:
        self.seen.addresses.append(request.url)
        if request.method not in _ASKING:
            self.seen.changes.append(f"{request.method} {request.url.removeprefix(self.address)}")

    def _connected(self, socket: WebSocket) -> None:
        self.seen.addresses.append(socket.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_BROWSERS_OWN):
            self.seen.errors.append(message.text)


def texts(found: Sequence[Any]) -> list[str]:
    """Texts without the blanks around them."""
    return [str(text).strip() for text in found]
