"""The browser of these tests: the system's Chromium under Playwright, which brings none of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    # Root has no sandbox of its own, and machines of a CI no graphics.
    "--no-sandbox",
    "--disable-gpu",
    # Nothing but 127.0.0.1 is asked.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class BrowserMissingError(RuntimeError):
    """No Chromium is installed."""


def executable() -> str:
    """Where the browser is. Raises BrowserMissingError: without it nothing is shown, so nothing is skipped."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise BrowserMissingError(
            f"none of {', '.join(NAMES)} is installed; on Debian: apt-get install chromium"
        )
    return found


@contextmanager
def started(more_flags: Sequence[str] = ()) -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=[*_FLAGS, *more_flags])
        try:
            yield browser
        finally:
            browser.close()
