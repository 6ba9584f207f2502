"""A thread of its own: nothing that goes wrong in it is lost."""

from __future__ import annotations

import pytest

from companion.ground.own_thread import OwnThread


def test_work_that_nobody_waits_for_is_done_and_its_failure_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[int] = []

    def fails() -> None:
        raise ValueError("the disk is gone")

    thread = OwnThread("archive")
    thread.begin()
    thread.submit(fails)
    thread.submit(lambda: done.append(1))
    thread.end()
    assert done == [1]
    (record,) = caplog.records
    assert "archive" in record.getMessage()
    assert "the disk is gone" in str(record.exc_info)
