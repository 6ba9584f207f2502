"""Pools of threads that are whole from the start."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier


def filled_pool(workers: int, name: str) -> ThreadPoolExecutor:
    """A pool whose threads all run already; ``name`` is the prefix of theirs.

    A ThreadPoolExecutor starts a thread only when work comes while none is free. Under a service that runs for weeks its
    number then creeps up to the bound, which cannot be told from threads that are lost.
    """
    pool = ThreadPoolExecutor(workers, name)
    together = Barrier(workers)
    for begun in [pool.submit(together.wait) for _ in range(workers)]:
        begun.result()
    return pool
