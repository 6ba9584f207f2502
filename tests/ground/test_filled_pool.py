"""A pool of threads that is whole from the start."""

from __future__ import annotations

import threading

from companion.ground.filled_pool import filled_pool


def _threads(name: str) -> int:
    return sum(thread.name.startswith(name) for thread in threading.enumerate())


def test_all_threads_run_before_there_is_work_and_no_work_adds_one() -> None:
    pool = filled_pool(3, "whole")
    try:
        assert _threads("whole") == 3
        together = threading.Barrier(3)
        for done in [pool.submit(together.wait, 10.0) for _ in range(3)]:
            done.result()
        assert _threads("whole") == 3
    finally:
        pool.shutdown()
    assert _threads("whole") == 0
