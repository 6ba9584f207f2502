"""Log records of the companion as entries of the feed."""

from __future__ import annotations

import logging
from collections import deque

from companion.ground.plain import Json

_MOST_WAITING = 500
LOGGERS = ("companion", "hhq")


class FeedLogHandler(logging.Handler):
    """Keeps records, from any thread, until the publisher takes them. When too many wait, the oldest are dropped."""

    def __init__(self, level: int = logging.INFO) -> None:
        super().__init__(level)
        self._waiting: deque[Json] = deque(maxlen=_MOST_WAITING)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record; secrets have already been removed from it."""
        self._waiting.append(
            {
                "time": int(record.created * 1000),
                "level": record.levelname,
                "logger": record.name,
                "message": record.getMessage(),
            }
        )

    def take(self) -> list[Json]:
        """Records since the last call, oldest first."""
        taken: list[Json] = []
        while self._waiting:
            taken.append(self._waiting.popleft())
        return taken

    def attach(self) -> None:
        """Listen to the loggers of the companion and of the core."""
        for name in LOGGERS:
            logging.getLogger(name).addHandler(self)

    def detach(self) -> None:
        """Stop listening."""
        for name in LOGGERS:
            logging.getLogger(name).removeHandler(self)
