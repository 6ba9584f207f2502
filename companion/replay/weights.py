"""Request weight per address: counted by the minute, answered with 429 and then 418 as Binance does.

The statistics of /futures/data are counted the same way, by requests in five minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

DEFAULT_LIMIT = 2400
MINUTE = 60.0
DATA_LIMIT, DATA_WINDOW = 1000, 300.0
# Requests answered with 429 within one window before the address is banned.
PATIENCE = 20
FIRST_BAN = 120.0
LONGEST_BAN = 3 * 86_400.0


@dataclass(slots=True)
class _Account:
    window: int = -1
    used: int = 0
    refused: int = 0
    bans: int = 0
    banned_until: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The ledger's answer: the weight used in this window, and the refusal if there is one."""

    used: int
    status: int = 200
    retry_after: int = 0
    banned_until: float = 0.0


class WeightLedger:
    """Weights by address. Windows (seconds) are the real clock's, which is injected (Unix seconds)."""

    def __init__(self, real: Callable[[], float], limit: int = DEFAULT_LIMIT, window: float = MINUTE) -> None:
        self.limit = limit
        self.window = window
        self._real = real
        self._accounts: dict[str, _Account] = {}

    def charge(self, address: str, weight: int) -> Verdict:
        """Charge `weight` to `address` and say whether the request may be answered."""
        now = self._real()
        account = self._current(address, now)
        account.used += weight
        if now < account.banned_until:
            return self._banned(account, now)
        if account.used <= self.limit:
            return Verdict(account.used)
        account.refused += 1
        if account.refused > PATIENCE:
            account.banned_until = now + min(FIRST_BAN * 2.0**account.bans, LONGEST_BAN)
            account.bans += 1
            account.refused = 0
            return self._banned(account, now)
        wait = max(1, int(self.window - now % self.window) + 1)
        return Verdict(account.used, 429, wait)

    def used(self) -> dict[str, int]:
        """Weight used in the current window, by address."""
        window = int(self._real() // self.window)
        return {
            address: account.used if account.window == window else 0
            for address, account in self._accounts.items()
        }

    def _current(self, address: str, now: float) -> _Account:
        account = self._accounts.setdefault(address, _Account())
        window = int(now // self.window)
        if account.window != window:
            account.window, account.used, account.refused = window, 0, 0
        return account

    def _banned(self, account: _Account, now: float) -> Verdict:
        wait = int(account.banned_until - now) + 1
        return Verdict(account.used, 418, wait, account.banned_until)
