"""Why a request is refused. All are HTTP exceptions, so any FastAPI application answers them correctly."""

from __future__ import annotations

import math

from starlette.exceptions import HTTPException

from companion.ground.errors import CompanionError


class AccessError(CompanionError, HTTPException):
    """A request is refused; ``kind`` names the reason, for programs."""

    kind = "refused"


class NotAuthenticatedError(AccessError):
    """401: no credential, or one that is wrong or expired. Which of these is not revealed."""

    kind = "not-authenticated"

    def __init__(self) -> None:
        super().__init__(
            401, "the credentials are missing, wrong or expired", headers={"WWW-Authenticate": "Bearer"}
        )


class ForbiddenError(AccessError):
    """403: known, but without the role, or a request that another site's page could have sent."""

    kind = "forbidden"

    def __init__(self, detail: str) -> None:
        super().__init__(403, detail)


class WrongHostError(AccessError):
    """421: addressed by a name that is not ours, as a page would that has pointed its own name here."""

    kind = "wrong-host"

    def __init__(self) -> None:
        super().__init__(
            421, "this service is not known by that host name; security.allowed_hosts lists further ones"
        )


class StoreFailedError(AccessError):
    """503: the database cannot say whose credential this is, and it is not known from before."""

    kind = "store-failed"

    def __init__(self) -> None:
        super().__init__(
            503, "the database cannot be used; its credentials are unknown", {"Retry-After": "5"}
        )


class LockedError(AccessError):
    """429: too many failed logins; ``Retry-After`` says for how long."""

    kind = "locked"

    def __init__(self, seconds: float) -> None:
        whole = max(1, math.ceil(seconds))
        super().__init__(429, f"too many failed logins; wait {whole} s", headers={"Retry-After": str(whole)})
