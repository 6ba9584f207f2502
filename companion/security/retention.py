"""Rows of access control that are kept only for a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from companion.security import login_limit, sessions

KEPT_FOR_A_TIME: Mapping[str, Callable[[Session, int], int]] = {
    "sessions": sessions.forget_old,
    "login attempts": login_limit.forget_old,
}
"""By kind of row: removes those no longer needed at a time (ms UTC), and returns how many."""
