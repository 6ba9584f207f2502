"""Pairs of a data folder by any of their spellings."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from companion.offline.data_folder import DataFolder, DataFolderError
from hhq.coins import base_of


def named_pairs(folder: DataFolder, names: Sequence[str]) -> tuple[str, ...]:
    """The pairs named like BTC/USDT:USDT, BTCUSDT or BTC, each once and in the given order; without names, all.

    Raises DataFolderError naming one that is not in the folder, and similar ones that are.
    """
    if not names:
        return folder.pairs
    by_base = {base_of(pair): pair for pair in folder.pairs}
    found = []
    for name in names:
        pair = by_base.get(base_of(name))
        if pair is None:
            raise DataFolderError(f"pair {name!r} is not in {folder.path}: {_like(base_of(name), by_base)}")
        found.append(pair)
    return tuple(dict.fromkeys(found))


def _like(base: str, by_base: dict[str, str]) -> str:
    containing = [known for known in by_base if base and base in known]
    near = [*containing, *difflib.get_close_matches(base, by_base)]
    if near:
        return f"did you mean {' or '.join(by_base[known] for known in dict.fromkeys(near))}?"
    return f"it holds {len(by_base)} pairs like {next(iter(by_base.values()))}"
