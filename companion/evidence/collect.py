"""The work of all coins, spread over the processes of this machine or over the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from joblib import Parallel, delayed

from companion.evidence.coins import CoinTask, coin_material
from hhq.evidence.material import Material


@dataclass(frozen=True, slots=True)
class Collected:
    """The material of all coins that have candles, None if no coin has any, and the pairs of those without."""

    material: Material | None
    without_candles: tuple[str, ...]


def collect(tasks: Sequence[CoinTask], processes: int, done: Callable[[int, int], None]) -> Collected:
    """Do all tasks; the material is in their order, whoever did them. ``done`` is told (tasks done, all).

    Where a `joblib.parallel_config` names another backend (:func:`companion.evidence.cluster.workers`), that one does the
    work. Raises DataFolderError.
    """
    parts: list[Material] = []
    without: list[str] = []
    run = Parallel(n_jobs=processes, return_as="generator")
    found = run(delayed(coin_material)(task) for task in tasks)
    for count, (task, material) in enumerate(zip(tasks, found, strict=True), start=1):
        done(count, len(tasks))
        if material is None:
            without.append(task.pair)
        else:
            parts.append(material)
    return Collected(Material.together(parts) if parts else None, tuple(without))
