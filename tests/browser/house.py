"""The demonstration that the page is shown from: its market, its bot, its companion, asked past the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page

from companion.ground.layout import LOCALHOST
from tests.browser.people import READER, environment
from tests.commands.demo_process import Demo

COINS = 24
_FIRST_POSITION_SECONDS = 180.0
_LOOK_MS = 250.0


class House:
    """A running demonstration with a position, and ways past the page to what it should show."""

    def __init__(self, run_folder: Path, coins: int = COINS) -> None:
        self.demo = Demo(run_folder, coins, environment())
        self.address = f"http://{LOCALHOST}:{self.demo.companion_port}"
        self._client = httpx.Client(base_url=f"{self.address}/api/v1", timeout=20)

    def ready(self) -> House:
        """Wait until the market is decided and a position is open."""
        self.demo.wait_for("The bot is RUNNING", 180)
        self.demo.wait_for("module  store loaded", 90)
        body = {"username": READER.name, "password": READER.password}
        self.demo.until("a login", lambda: self._client.post("/login", json=body).is_success, 60)
        self.demo.until("ready", lambda: bool(httpx.get(f"{self.address}/ready").json()["ready"]), 240)
        self.demo.until("a position", lambda: bool(self.filled()), _FIRST_POSITION_SECONDS)
        return self

    def api(self, path: str, **query: str) -> Any:
        """The companion's answer to a GET."""
        answer = self._client.get(path, params=query)
        answer.raise_for_status()
        return answer.json()

    def bot(self, path: str) -> Any:
        """The answer of Freqtrade's own API."""
        return self.demo.ask(path).json()

    def filled(self) -> list[dict[str, Any]]:
        """Positions whose entry has filled."""
        return [each for each in self.api("/positions")["positions"] if each["state"] == "open"]

    def logs(self) -> dict[str, str]:
        """Every log that the demonstration has written."""
        folder = self.demo.run_folder / "logs"
        return {path.name: path.read_text(errors="replace") for path in folder.iterdir()}

    def end(self) -> None:
        """End all its processes."""
        self._client.close()
        self.demo.close()


def until(page: Page, condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait until a condition past the page holds, while the page goes on."""
    rounds = int(seconds * 1000 / _LOOK_MS)
    for _ in range(rounds):
        if condition():
            return
        # The browser is served by this thread: it must not be kept waiting.
        page.wait_for_timeout(_LOOK_MS)
    raise AssertionError(f"not within {seconds:g} s: {what}")
