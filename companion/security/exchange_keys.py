"""Exchange keys: from the environment alone, hidden wherever they could be seen, and without withdrawal rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from companion.ground.errors import CompanionError, UsageError

KEY_VARIABLE = "HHQ_EXCHANGE_KEY"
SECRET_VARIABLE = "HHQ_EXCHANGE_SECRET"


class UnsafeKeyError(CompanionError):
    """The key may do more than the companion must ever be able to do."""


@dataclass(frozen=True, slots=True)
class ExchangeKeys:
    """A key and its secret; neither is shown by repr or in an exception."""

    key: str = field(repr=False)
    secret: str = field(repr=False)


def exchange_keys(environment: Mapping[str, str]) -> ExchangeKeys | None:
    """The keys of the environment; None without any. Raises UsageError if only one of the two is set."""
    key, secret = environment.get(KEY_VARIABLE, ""), environment.get(SECRET_VARIABLE, "")
    if not key and not secret:
        return None
    if not key or not secret:
        missing = SECRET_VARIABLE if key else KEY_VARIABLE
        raise UsageError(f"{missing} is missing: the exchange needs both the key and its secret")
    return ExchangeKeys(key, secret)


def refuse_withdrawals(restrictions: Mapping[str, Any]) -> None:
    """Check Binance's answer about a key (``GET /sapi/v1/account/apiRestrictions``).

    Raises UnsafeKeyError if the key may withdraw or transfer out, or if the answer does not clearly rule it out.
    """
    for name, what in _FORBIDDEN.items():
        if restrictions.get(name) is True:
            raise UnsafeKeyError(
                f"the exchange key may {what}: make one without that permission (Binance: API Management)"
            )
    if restrictions.get("enableWithdrawals") is not False:
        raise UnsafeKeyError("the exchange does not say whether the key may withdraw; it is not used")


_FORBIDDEN = {
    "enableWithdrawals": "withdraw money",
    "enableInternalTransfer": "transfer money to other accounts",
    "permitsUniversalTransfer": "transfer money between accounts",
}
