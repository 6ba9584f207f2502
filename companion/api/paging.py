"""Paged lists: offset, limit, and the total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from companion.api.schemas import model_of

LARGEST_PAGE = 1000
Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """A page of a list."""

    total: int = Field(description="Entries that match the filters.", ge=0)
    offset: int = Field(ge=0)
    limit: int = Field(ge=1)
    items: list[Item]


def page_of(cls: type) -> Any:
    """The schema of a page of dataclasses."""
    return Page[model_of(cls)]  # type: ignore[misc]  # made at run time


@dataclass(frozen=True, slots=True)
class PageOf:
    """The page that is asked for."""

    offset: Annotated[int, Query(ge=0, le=1_000_000, description="Entries to skip.")] = 0
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="Entries per page.")] = 100

    def cut(self, entries: Sequence[Any]) -> Sequence[Any]:
        """The entries of the page."""
        return entries[self.offset : self.offset + self.limit]

    def page(self, total: int, items: Sequence[Any]) -> dict[str, Any]:
        """The page as plain values."""
        return {"total": total, "offset": self.offset, "limit": self.limit, "items": items}
