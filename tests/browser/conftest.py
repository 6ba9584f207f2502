"""One demonstration and one browser for all tests of the page; a window of its own for each visitor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import started
from tests.browser.house import House
from tests.browser.people import TRADER, Person
from tests.browser.visitor import FIRST_SECONDS, Visitor

HERE = Path(__file__).parent
Visit = Callable[..., Visitor]


LAST = "test_closing.py"
"""The others look at positions."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Nothing of this folder is run by `make test`: it has a target of its own."""
    items.sort(key=lambda item: item.path.parent == HERE and item.path.name == LAST)
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("browser")
            item.add_marker("processes")
            # The first test starts the demonstration.
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # A demonstration starts beside the browser, on machines that others use too.
    expect.set_options(timeout=FIRST_SECONDS * 1000)
    with started() as running:
        yield running


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[House]:
    running = House(tmp_path_factory.mktemp("house"))
    try:
        yield running.ready()
    finally:
        running.end()


@pytest.fixture
def visit(browser: Browser, house: House) -> Iterator[Visit]:
    """A visitor who has logged in; in the end no page may have done what its policy forbids, or failed in itself."""
    visitors: list[Visitor] = []

    def come(person: Person | None = TRADER, address: str = house.address, **how: Any) -> Visitor:
        visitor = Visitor(browser, address, **how)
        visitors.append(visitor)
        return visitor if person is None else visitor.log_in(person)

    yield come
    seen = [visitor.ended() for visitor in visitors]
    assert [violation for each in seen for violation in each.violations] == []
    assert [error for each in seen for error in each.errors] == []


@pytest.fixture
def visitor(visit: Visit) -> Visitor:
    return visit()
