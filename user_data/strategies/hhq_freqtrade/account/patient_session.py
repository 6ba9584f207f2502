"""Freqtrade's database sessions, made to survive a write that the disk refuses.

Freqtrade ends at the first statement that its database refuses. Here the first refused commit is undone, so that the
session stays usable, and is raised as an error that Freqtrade's loop waits out; from then on the loop's changes stay in
memory until the database takes them again. An exit whose commit is undone is sent once more, and the exchange takes an
exit for as long as there is a position.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from freqtrade.exceptions import TemporaryError
from freqtrade.persistence import Trade
from freqtrade.persistence.custom_data import _CustomData  # it has a session of its own, and no public name
from sqlalchemy import event, text
from sqlalchemy.engine import Engine, ExceptionContext
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session


class NotStoredError(TemporaryError):  # type: ignore[misc]  # Freqtrade has no types
    """The database refused a write. Freqtrade tries again after a while."""


_HEALTH = "hhq_health"
"""Where a session finds the health of its database, in ``Session.info``."""


@dataclass
class DatabaseHealth:
    """Why the database refused a statement, empty if it has not refused one; and the thread of Freqtrade's loop."""

    problem: str = ""
    loop: int = field(default_factory=threading.get_ident)

    def note(self, context: ExceptionContext) -> None:
        """Take note of a refused statement. Raises NotStoredError in place of SQLAlchemy's OperationalError."""
        if isinstance(context.sqlalchemy_exception, OperationalError):
            self.problem = str(context.original_exception)
            raise NotStoredError(
                f"the database cannot be written: {self.problem}"
            ) from context.original_exception


class PatientSession(Session):
    """A session whose refused commit leaves it usable."""

    def commit(self) -> None:
        """Commit; where the database refuses, undo what was to be stored. Raises NotStoredError."""
        try:
            super().commit()
        except NotStoredError:
            self.rollback()
            raise


class HoldingSession(PatientSession):
    """A session that holds the changes of Freqtrade's loop in memory while it is known that the database refuses them.

    Requests to the API are refused instead: their sessions end with them.
    """

    def commit(self) -> None:
        """Commit, or hold. Raises NotStoredError."""
        health: DatabaseHealth = self.info[_HEALTH]
        if not health.problem or threading.get_ident() != health.loop:
            super().commit()


def make_patient(health: DatabaseHealth) -> Engine | None:
    """Make the sessions of Freqtrade's database patient, and return its engine; None where it is no file of SQLite.

    Sessions that are open in this thread are ended: what they have not committed is lost.
    """
    engine = Trade.session.get_bind()
    if not isinstance(engine, Engine) or engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    event.listen(engine, "handle_error", health.note)
    for sessions, kind in ((Trade.session, HoldingSession), (_CustomData.session, PatientSession)):
        sessions.session_factory.class_ = kind
        sessions.session_factory.configure(info={_HEALTH: health})
        sessions.remove()
    return engine


def write_problem() -> str:
    """Return why the database takes no write now, empty if it takes one; what the session holds is committed by that.

    The statement changes no row: SQLite asks for the right to write all the same, and waits for another program's.
    """
    try:
        Trade.session.execute(text("UPDATE trades SET id = id WHERE 0"))
        Trade.session.commit()
    except NotStoredError as problem:
        Trade.session.rollback()
        return str(problem)
    return ""
