"""The search for the demonstration's opening, with what it loads; for a process of its own."""

from __future__ import annotations

from collections.abc import Sequence

from companion.demo.kept import Opening
from companion.offline.data_folder import DataFolder


def search_opening(folder: DataFolder, pairs: Sequence[str], speed: float) -> Opening:
    """A moment with a signal of one of ``pairs``, and the pairs to begin with. Raises CompanionError without any."""
    # Only here: it loads the compiled core, which nothing else in the demonstration's own process needs.
    from companion.demo.opening import find_opening

    return find_opening(folder, pairs, speed)
