"""How long this thread has waited for a CPU, by the kernel's count."""

from __future__ import annotations

import os
from pathlib import Path

_ACCOUNT = Path("/proc/thread-self/schedstat")


class ProcessorWait:
    """The CPU wait of the thread that made it; always 0 where the kernel does not report it."""

    def __init__(self) -> None:
        try:
            self._account: int | None = os.open(_ACCOUNT, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            self._account = None
        # In some sandboxes the file exists but is empty.
        if self._account is not None and len(os.pread(self._account, 100, 0).split()) != 3:
            self.close()

    def seconds(self) -> float:
        """Seconds so far in which the thread could have run while others had the CPU."""
        if self._account is None:
            return 0.0
        return int(os.pread(self._account, 100, 0).split()[1]) / 1e9

    def close(self) -> None:
        """Report 0 from now on."""
        account, self._account = self._account, None
        if account is not None:
            os.close(account)
