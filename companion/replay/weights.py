"""Request weight per address: counted by the minute, answered with 429 and then 418 as Binance does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

DEFAULT_LIMIT = 2400
_MINUTE = 60.0
# Requests answered with 429 within one minute before the address is banned.
PATIENCE = 20
FIRST_BAN = 120.0
LONGEST_BAN = 3 * 86_400.0


@dataclass(slots=True)
class _Account:
    minute: int = -1
    used: int = 0
    refused: int = 0
    bans: int = 0
    banned_until: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The ledger's answer: the weight used this minute, and the refusal if there is one."""

    used: int
    status: int = 200
    retry_after: int = 0
    banned_until: float = 0.0


class WeightLedger:
    """Weights by address. Minutes are the real clock's, which is injected (Unix seconds)."""

    def __init__(self, real: Callable[[], float], limit: int = DEFAULT_LIMIT) -> None:
        self.limit = limit
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
        wait = max(1, int(_MINUTE - now % _MINUTE) + 1)
        return Verdict(account.used, 429, wait)

    def used(self) -> dict[str, int]:
        """Weight used in the current minute, by address."""
        minute = int(self._real() // _MINUTE)
        return {
            address: account.used if account.minute == minute else 0
            for address, account in self._accounts.items()
        }

    def _current(self, address: str, now: float) -> _Account:
        account = self._accounts.setdefault(address, _Account())
        minute = int(now // _MINUTE)
        if account.minute != minute:
            account.minute, account.used, account.refused = minute, 0, 0
        return account

    def _banned(self, account: _Account, now: float) -> Verdict:
        wait = int(account.banned_until - now) + 1
        return Verdict(account.used, 418, wait, account.banned_until)
