"""The log lines that say which parts are there."""

from __future__ import annotations

import logging

import pytest

from companion.service import modules


def test_a_part_is_loaded_or_unavailable_with_the_reason(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="companion.service"):
        modules.say("store")
        modules.say("recorder", "recorder.enabled is false")
    assert caplog.messages == [
        "MODULE store loaded",
        "MODULE recorder unavailable: recorder.enabled is false",
    ]


def test_optional_packages_are_looked_for_and_not_imported(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(modules, "PACKAGES", {"json": "json", "nothing": "no_such_package.part"})
    with caplog.at_level(logging.INFO, logger="companion.service"):
        assert modules.say_packages() == {"json": True, "nothing": False}
    assert "MODULE nothing unavailable: the package is not installed" in caplog.messages
