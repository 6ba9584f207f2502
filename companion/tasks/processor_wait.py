"""How long this thread has stood in line for a processor, as the kernel counts it."""

from __future__ import annotations

import os
from pathlib import Path

_ACCOUNT = Path("/proc/thread-self/schedstat")


class ProcessorWait:
    """Tells the seconds so far of the thread that made it; 0 always where the kernel does not say."""

    def __init__(self) -> None:
        try:
            self._account: int | None = os.open(_ACCOUNT, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            self._account = None
        # Some sandboxes have the file with nothing in it.
        if self._account is not None and len(os.pread(self._account, 100, 0).split()) != 3:
            self.close()

    def seconds(self) -> float:
        """Time in which the thread could have run and others did."""
        if self._account is None:
            return 0.0
        return int(os.pread(self._account, 100, 0).split()[1]) / 1e9

    def close(self) -> None:
        """Tell 0 from now on."""
        account, self._account = self._account, None
        if account is not None:
            os.close(account)
