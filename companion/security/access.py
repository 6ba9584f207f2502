"""Who a request comes from, and how callers log in."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection

from companion.ground.clock import Clock
from companion.ground.roles import Means, Principal, Role
from companion.security import login_limit, sessions, tokens
from companion.security.credentials import Credentials, User
from companion.security.errors import (
    ForbiddenError,
    LockedError,
    NotAuthenticatedError,
    StoreFailedError,
    WrongHostError,
)
from companion.security.login_limit import LoginRule
from companion.security.origins import Origins
from companion.security.passwords import Passwords
from companion.security.remembered import Remembered
from companion.security.sessions import Claims, Signature
from companion.security.tickets import Tickets
from companion.settings.security import SecuritySettings
from companion.store.database import Store
from companion.store.errors import StoreError

logger = logging.getLogger("companion.security")

COOKIE = "hhq_session"
CSRF_HEADER = "X-CSRF-Token"
TICKET_PARAMETER = "ticket"
NEVER_MS = 2**53
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_MOST_LOGINS = 16

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Login:
    """A session: whose it is, the text of its cookie, and the CSRF token that changes also need."""

    principal: Principal
    cookie: str
    csrf_token: str


class Access:
    """Logs users in and identifies who a request comes from. One per application: ``app.state.access``."""

    def __init__(
        self,
        store: Store,
        credentials: Credentials,
        settings: SecuritySettings,
        clock: Clock,
        *,
        host: str,
        passwords: Passwords | None = None,
    ) -> None:
        self._store = store
        self._credentials = credentials
        self._settings = settings
        self._clock = clock
        self._passwords = passwords or Passwords()
        self._signature = Signature(credentials.session_key)
        self._tickets = Tickets(clock, settings.ticket_seconds)
        self._rule = LoginRule(
            settings.login_failures,
            round(settings.lock_seconds * 1000),
            round(settings.longest_lock_seconds * 1000),
        )
        # One at a time: a password check takes 12 MiB, and many at once would amount to an attack on our memory.
        self._hashing = ThreadPoolExecutor(1, "login")
        self._logins = 0
        self._remembered = Remembered()
        self.origins = Origins(settings.allowed_origins, settings.allowed_hosts, host)

    async def login(self, connection: HTTPConnection, name: str, password: str) -> Login:
        """Begin a session. Raises NotAuthenticatedError, LockedError; ForbiddenError for another site's page."""
        self._require_known_host(connection)
        origin = connection.headers.get("origin")
        if origin is not None and not self.origins.allows(connection, origin):
            raise ForbiddenError("a page of another origin cannot log in here (security.allowed_origins)")
        address = address_of(connection)
        names = login_limit.subjects(name, address)
        wait_ms = await self._store.write(
            partial(login_limit.charge, names=names, rule=self._rule, now_ms=self._clock.now_ms())
        )
        if wait_ms:
            logger.warning("login from %s refused: locked for %.0f s", address, wait_ms / 1000)
            raise LockedError(wait_ms / 1000)
        user = self._credentials.user(name)
        if not await self._is_right(None if user is None else user.password_hash, password) or user is None:
            logger.warning("failed login from %s", address)
            raise NotAuthenticatedError
        now_ms = self._clock.now_ms()
        until = (now_ms + self._session_ms()) // 1000 * 1000
        session_id = await self._store.write(
            partial(_begin, names=names, user=user.name, now_ms=now_ms, until=until)
        )
        logger.info("%s has logged in from %s", user.name, address)
        return self._signed(user, session_id, now_ms, until, address)

    async def renew(self, principal: Principal) -> Login:
        """Extend a session. Raises NotAuthenticatedError for anything but a session that is still valid."""
        user = self._credentials.user(principal.name)
        now_ms = self._clock.now_ms()
        if principal.means is not Means.SESSION or user is None:
            raise NotAuthenticatedError
        most = (now_ms + self._session_ms()) // 1000 * 1000
        longest = round(self._settings.session_hours * 3_600_000)
        until = await self._store.write(
            partial(_extend, key=principal.key, user=user.name, now_ms=now_ms, until=most, longest=longest)
        )
        if until is None:
            raise NotAuthenticatedError
        return self._signed(user, principal.key, now_ms, until, principal.address)

    async def logout(self, principal: Principal) -> None:
        """End a session; does nothing for a program's token."""
        if principal.means is Means.SESSION:
            self._remembered.forget(principal.key)
            await self._store.write(
                partial(sessions.end, session_id=principal.key, now_ms=self._clock.now_ms())
            )

    def ticket(self, principal: Principal) -> str:
        """A ticket that opens one WebSocket for this principal. Raises LockedError while far too many are open."""
        return self._tickets.issue(principal)

    @property
    def ticket_seconds(self) -> float:
        """How long a ticket is valid, in seconds."""
        return self._settings.ticket_seconds

    def csrf_token(self, principal: Principal) -> str:
        """What the page of this session sends in ``X-CSRF-Token``."""
        return self._signature.csrf_token(principal.key)

    async def identify(self, connection: HTTPConnection) -> Principal:
        """Who sends a request or opens a WebSocket.

        A bearer header is checked first, then (WebSocket only) a ticket, then the cookie. Raises NotAuthenticatedError,
        WrongHostError, or ForbiddenError for what another site's page could have sent.
        """
        self._require_known_host(connection)
        self._require_known_origin(connection)
        address = address_of(connection)
        header = connection.headers.get("authorization")
        if header is not None:
            return await self._by_token(header, address)
        is_websocket = connection.scope["type"] == "websocket"
        ticket = connection.query_params.get(TICKET_PARAMETER) if is_websocket else None
        if ticket is not None:
            return self._by_ticket(ticket)
        principal = await self._by_session(connection.cookies.get(COOKIE, ""), address)
        if is_websocket:
            if connection.headers.get("origin") is None:
                raise ForbiddenError("a WebSocket opened with a cookie needs its Origin")
        elif connection.scope["method"] not in _SAFE:
            self._require_own_page(connection, principal)
        return principal

    def close(self) -> None:
        """End the thread that checks passwords."""
        self._hashing.shutdown(wait=True)

    def _require_known_host(self, connection: HTTPConnection) -> None:
        if not self.origins.knows_host(connection):
            raise WrongHostError

    def _require_known_origin(self, connection: HTTPConnection) -> None:
        """CORS does not apply to WebSockets: the server itself has to check who opens one."""
        origin = connection.headers.get("origin")
        is_page = connection.scope["type"] == "websocket" and origin is not None
        if is_page and not self.origins.allows(connection, origin or ""):
            raise ForbiddenError("pages of this origin are not allowed (security.allowed_origins)")

    def _require_own_page(self, connection: HTTPConnection, principal: Principal) -> None:
        """A change requested with the cookie must come from our page, not from another page in the same browser."""
        origin = connection.headers.get("origin")
        fetch_site = connection.headers.get("sec-fetch-site")
        own = self.origins.allows(connection, origin) if origin is not None else fetch_site == "same-origin"
        given = connection.headers.get(CSRF_HEADER, "")
        if not own or not hmac.compare_digest(given.encode(), self.csrf_token(principal).encode()):
            raise ForbiddenError(f"a change needs an allowed Origin and the session's {CSRF_HEADER}")

    async def _by_token(self, header: str, address: str) -> Principal:
        scheme, _, text = header.partition(" ")
        text = text.strip()
        if scheme.lower() != "bearer" or not text:
            raise NotAuthenticatedError
        digest = tokens.digest_of(text)
        for fixed in self._credentials.tokens:
            if hmac.compare_digest(digest, fixed.digest):
                return Principal(fixed.name, fixed.role, Means.TOKEN, digest[:16], NEVER_MS, address)
        return await self._confirmed(digest, address, partial(self._stored_token, text, address))

    async def _stored_token(self, text: str, address: str) -> Principal | None:
        token = await self._store.read(partial(tokens.check, text=text, now_ms=self._clock.now_ms()))
        if token is None:
            return None
        return Principal(token.name, token.role, Means.TOKEN, token.id, token.expires_ms, address)

    async def _confirmed(
        self, credential: str, address: str, ask: Callable[[], Awaitable[Principal | None]]
    ) -> Principal:
        """Whose credential it is by the database, or by its last answer while it cannot be asked."""
        try:
            principal = await ask()
        except (SQLAlchemyError, StoreError) as problem:
            known = self._remembered.known(credential, address, self._clock.now_ms())
            if known is None:
                raise StoreFailedError from problem
            return known
        if principal is None:
            self._remembered.forget(credential)
            raise NotAuthenticatedError
        self._remembered.note(credential, principal)
        return principal

    def _by_ticket(self, ticket: str) -> Principal:
        principal = self._tickets.redeem(ticket)
        if principal is None or principal.expires_ms <= self._clock.now_ms():
            raise NotAuthenticatedError
        return principal

    async def _by_session(self, text: str, address: str) -> Principal:
        now_ms = self._clock.now_ms()
        claims = self._signature.read(text, now_ms) if text else None
        user = None if claims is None else self._credentials.user(claims.user)
        if claims is None or user is None or not hmac.compare_digest(user.fingerprint, claims.fingerprint):
            raise NotAuthenticatedError
        principal = Principal(user.name, user.role, Means.SESSION, claims.id, claims.expires_ms, address)

        async def stored() -> Principal | None:
            work = partial(sessions.began_ms, session_id=claims.id, user=user.name, now_ms=now_ms)
            return None if await self._store.read(work) is None else principal

        return await self._confirmed(claims.id, address, stored)

    async def _is_right(self, stored: str | None, password: str) -> bool:
        if self._logins >= _MOST_LOGINS:
            raise LockedError(1.0)
        self._logins += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._hashing, self._passwords.verify, stored, password
            )
        finally:
            self._logins -= 1

    def _signed(self, user: User, session_id: str, now_ms: int, until: int, address: str) -> Login:
        claims = Claims(session_id, user.name, user.fingerprint, now_ms, until)
        principal = Principal(user.name, user.role, Means.SESSION, session_id, until, address)
        return Login(principal, self._signature.sign(claims), self._signature.csrf_token(session_id))

    def _session_ms(self) -> int:
        return round(self._settings.token_minutes * 60_000)


def address_of(connection: HTTPConnection) -> str:
    """The address that the request comes from; behind a proxy that is the proxy's, as proxy headers are ignored."""
    return connection.client.host if connection.client else ""


def may(principal: Principal, needed: Role) -> Principal:
    """``principal`` if its role covers ``needed``. Raises ForbiddenError."""
    if not principal.role.covers(needed):
        raise ForbiddenError(f"this needs the role {needed.value}")
    return principal


def _begin(session: Session, names: tuple[str, str], user: str, now_ms: int, until: int) -> str:
    login_limit.clear(session, names)
    return sessions.begin(session, user, now_ms=now_ms, expires_ms=until)


def _extend(session: Session, key: str, user: str, now_ms: int, until: int, longest: int) -> int | None:
    began = sessions.began_ms(session, key, user, now_ms)
    if began is None:
        return None
    ends = min(until, began + longest)
    sessions.extend(session, key, ends)
    return ends
