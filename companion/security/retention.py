"""What of access is kept for a time only."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from companion.security import login_limit, sessions

KEPT_FOR_A_TIME: Mapping[str, Callable[[Session, int], int]] = {
    "sessions": sessions.forget_old,
    "login attempts": login_limit.forget_old,
}
"""Removes rows that are no longer needed at a time (ms UTC) and tells how many, by what they are."""
