"""Pictures of every page, made of a demonstration that really runs: `python -m tests.browser.screenshots`."""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from companion.ground.layout import ROOT
from tests.browser.chromium import started
from tests.browser.house import House, until
from tests.browser.people import TRADER
from tests.browser.visitor import DESKTOP, PHONE, Theme, Visitor

FOLDER = ROOT / "docs" / "screenshots"
LARGEST = 150 * 1024
"""Of one picture, in bytes: they are versioned."""
ENOUGH = 2
"""Positions, of which one may be closed for the picture of the results."""
_FILLS_SECONDS = 600.0
_LOOKS: tuple[tuple[str, str, Theme, tuple[int, int]], ...] = (
    ("desktop-dark-tr", "tr", "dark", DESKTOP),
    ("desktop-light-en", "en", "light", DESKTOP),
    ("phone-dark-en", "en", "dark", PHONE),
)
_COLOURS = (256, 128, 64, 32, 16)
_FRAMES = (
    "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 500))))"
)
_WITHOUT_PATHS = """root => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replaceAll(root, "");
}"""


def pictures(browser: Browser, house: House) -> Iterator[tuple[str, bytes]]:
    """Name and content of each picture."""
    for look, language, theme, size in _LOOKS:
        visitor = Visitor(browser, house.address, language=language, theme=theme, size=size).log_in(TRADER)
        coin = next((each["pair"].split("/")[0] for each in house.filled()), "BTC")
        visitor.open("portfolio")
        for path in [*visitor.pages()[:-1], f"coin/{coin}"]:
            if path == "coin":
                continue
            visitor.open(path)
            # Charts draw in the frames after their data.
            visitor.page.evaluate(_FRAMES)
            # Where the project lies on this machine is nobody's business.
            visitor.page.evaluate(_WITHOUT_PATHS, f"{ROOT}/")
            yield f"{path.split('/')[0]}-{look}.png", small(visitor.page.screenshot())
        visitor.ended()


def with_history(house: House, browser: Browser) -> None:
    """Close one of several positions, so that there is a closed trade to look at."""
    visitor = Visitor(browser, house.address).log_in(TRADER)
    until(
        visitor.page, lambda: len(house.filled()) >= ENOUGH, _FILLS_SECONDS, "a second entry that has filled"
    )
    filled = house.filled()
    token = visitor.context.request.get("/api/v1/session").json()["csrf_token"]
    answer = visitor.context.request.post(
        f"/api/v1/positions/{filled[0]['id']}/close",
        headers={"X-CSRF-Token": token, "Origin": house.address},
        data={"pair": filled[0]["pair"], "order_type": "market"},
    )
    assert answer.ok, answer.text()
    until(visitor.page, lambda: bool(house.api("/trades")["total"]), 60, "a closed trade")
    visitor.ended()


def small(content: bytes) -> bytes:
    """The picture with as many colours as fit. Raises ValueError where none do."""
    with Image.open(io.BytesIO(content)) as whole:
        image = whole.convert("RGB")
    for colours in _COLOURS:
        made = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(made, "PNG", optimize=True)
        if made.tell() <= LARGEST:
            return made.getvalue()
    raise ValueError(f"a picture of {len(content)} bytes does not become smaller than {LARGEST}")


@contextmanager
def demonstration(coins: int) -> Iterator[House]:
    """A demonstration in a folder of its own, ready to be looked at; ends with the block."""
    with tempfile.TemporaryDirectory(prefix="hhq-page-") as folder:
        house = House(Path(folder), coins)
        try:
            yield house.ready()
        finally:
            house.end()


def main(arguments: list[str]) -> int:
    """Write the pictures and say what they weigh."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots", description=__doc__)
    parser.add_argument("--coins", type=int, default=60, help="coins of the demonstration")
    options = parser.parse_args(arguments)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demonstration(options.coins) as house, started() as browser:
        with_history(house, browser)
        made = dict(pictures(browser, house))
    for old in FOLDER.glob("*.png"):
        old.unlink()
    for name, content in made.items():
        (FOLDER / name).write_bytes(content)
    weight = sum(map(len, made.values())) / 1024
    sys.stdout.write(f"{len(made)} pictures, {weight:,.0f} KiB, in {FOLDER.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
