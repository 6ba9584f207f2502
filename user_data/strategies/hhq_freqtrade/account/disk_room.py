"""Whether there is room to store what an entry needs: without it nothing is entered, and open positions are watched on."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from hhq_freqtrade.account.database_reserve import DatabaseReserve
from hhq_freqtrade.account.patient_session import DatabaseHealth, NotStoredError, make_patient, write_problem
from hhq_freqtrade.account.state_file import StateFile

logger = logging.getLogger("hhq.guard")

_MB = 1_000_000
FEWEST_MB = 64
"""An entry needs this much free room wherever something is stored."""


class DiskRoom:
    """Looks once a loop. ``problem`` says why nothing may be entered, empty while everything can be stored.

    ``told`` is called with each change, in words for the user.
    """

    def __init__(self, file: StateFile, told: Callable[[str], None]) -> None:
        self.problem = ""
        self._file = file
        self._told = told
        self._health = DatabaseHealth()
        self._reserve: DatabaseReserve | None = None
        self._folders: tuple[Path, ...] = ()

    def begin(self) -> None:
        """Prepare Freqtrade's database for a full disk. Call it before anything of this run is stored."""
        engine = make_patient(self._health)
        if engine is not None:
            self._reserve = DatabaseReserve(engine)
            self._folders = tuple({Path(str(engine.url.database)).parent, *self._file.folders})
        self.look()

    def look(self) -> None:
        """See whether there is room; store what could not be stored before, and make up the reserve."""
        problem = _too_little(self._folders)
        if not problem or self._health.problem:
            self._keep_reserve()
        self._file.write_again()
        problem = self._database_problem() or self._file.problem or problem
        if problem and not self.problem:
            self._say(
                logging.ERROR,
                f"DISK: {problem}: no entries until that is over, open positions are watched on",
            )
        elif self.problem and not problem:
            self._say(logging.INFO, "DISK: everything can be stored again, entries are allowed")
        self.problem = problem

    def before_an_order(self) -> str:
        """Return why an order must not be placed now: what it becomes could not be stored. Empty where it may be.

        A loop's look is not enough: another program may hold the database since then.
        """
        if self.problem or self._reserve is None:
            return self.problem
        return write_problem()

    def _keep_reserve(self) -> None:
        """Make up the reserve where it is low, or where a commit was refused: then it shows whether that is over."""
        if self._reserve is None:
            return
        try:
            if self._health.problem or self._reserve.is_low():
                self._reserve.renew()
                self._health.problem = ""
        except NotStoredError:
            # The health has taken note of it, and the next look tries again.
            return

    def _database_problem(self) -> str:
        return f"the database cannot be written ({self._health.problem})" if self._health.problem else ""

    def _say(self, level: int, text: str) -> None:
        logger.log(level, text)
        self._told(text)


def _too_little(folders: Iterable[Path]) -> str:
    for folder in folders:
        free = shutil.disk_usage(folder).free / _MB
        if free < FEWEST_MB:
            return f"{folder} has {free:.0f} MB free, less than {FEWEST_MB}"
    return ""
