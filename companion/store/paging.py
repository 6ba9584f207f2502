"""A page of a list that grows while it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Rows(Generic[Item]):
    """Rows of a page, newest first, and how many match the filter in all."""

    total: int
    items: tuple[Item, ...]
