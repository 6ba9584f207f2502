"""The work of all coins, spread over processes (or over a cluster, by joblib's own setting of the backend)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from joblib import Parallel, delayed

from companion.evidence.coins import CoinTask, coin_material
from hhq.evidence.material import Material


def collect(tasks: Sequence[CoinTask], processes: int, done: Callable[[int, int], None]) -> Material | None:
    """Return the material of all tasks in their order, None if no coin has any; `done` is told (tasks done, all).

    Where a `joblib.parallel_config` names another backend, that one does the work. Raises DataFolderError.
    """
    parts: list[Material] = []
    run = Parallel(n_jobs=processes, return_as="generator")
    for count, material in enumerate(run(delayed(coin_material)(task) for task in tasks), start=1):
        done(count, len(tasks))
        if material is not None:
            parts.append(material)
    return Material.together(parts) if parts else None
