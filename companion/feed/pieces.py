"""Work in pieces: a generator that yields where others may run, and returns its result at the end."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeAlias, TypeVar

T = TypeVar("T")
Pieces: TypeAlias = Generator[None, None, T]


def finished(work: Pieces[T]) -> T:
    """Do all the pieces, one after the other."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: T = end.value
            return result
