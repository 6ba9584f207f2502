"""The content security policy of the page's document."""

from __future__ import annotations

import re

_AUTHORITY = re.compile(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")


def content_security_policy(nonce: str, authority: str, *, secure: bool) -> str:
    """What the document may load and run: our own files, and what carries this response's nonce.

    ``authority``: host and port that the request was sent to. Not every browser takes 'self' to cover WebSockets, so
    they are named.
    """
    feed = f" {'wss' if secure else 'ws'}://{authority}" if _AUTHORITY.fullmatch(authority) else ""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            f"style-src 'self' 'nonce-{nonce}'",
            f"connect-src 'self'{feed}",
            "img-src 'self' data:",
            "font-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "object-src 'none'",
        )
    )
