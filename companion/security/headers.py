"""Headers that keep a browser from doing things with our answers that nobody intended."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from companion.security.access import CSRF_HEADER
from companion.settings.security import SecuritySettings

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}
_METHODS = ("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE")


class SecurityHeaders:
    """ASGI middleware that adds the headers to each answer; headers that an answer sets itself stay."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        added = HEADERS | _HTTPS_ONLY if scope["scheme"] == "https" else HEADERS

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in added.items():
                    headers.setdefault(name, value)
                # An answer may be for its reader alone; one that may be cached says so itself.
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, with_headers)


def protect(app: Starlette, settings: SecuritySettings, guard: Middleware | None = None) -> None:
    """Add the headers, a ``guard`` that sees each request first, and CORS for the listed origins.

    Cookies are for our own page only: none crosses origins.
    """
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(settings.allowed_origins),
        allow_methods=list(_METHODS),
        allow_headers=["Authorization", "Content-Type", "If-None-Match", "X-Request-ID", CSRF_HEADER],
        expose_headers=["ETag", "Retry-After", "X-Request-ID"],
        allow_credentials=False,
        max_age=600,
    )
    if guard is not None:
        app.add_middleware(guard.cls, *guard.args, **guard.kwargs)
    app.add_middleware(SecurityHeaders)
