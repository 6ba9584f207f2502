"""Secrets that stay out of logs, exceptions and the audit log."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any

HIDDEN = "***"
_SECRET_NAME = re.compile(
    r"(?i)(^|[_\-.])(pass(word|wd|phrase)?|password_?hash|secret|token|ticket|authorization|cookie"
    r"|(api|private|secret|session|jwt_secret)_?key)$"
)
_SHORTEST = 6
"""Masking a shorter secret would hide ordinary words; shorter ones are refused where they are set."""
_PATTERNS = (
    # scheme://user:password@host
    (re.compile(r"(?P<keep>[a-z][a-z0-9+.\-]*://[^\s:/@]*:)[^\s@/]+(?=@)", re.IGNORECASE), r"\g<keep>***"),
    (re.compile(r"(?P<keep>\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=\-]{6,}", re.IGNORECASE), r"\g<keep>***"),
    (
        re.compile(
            r"(?P<keep>\b(?:password|passwd|secret|token|ticket|signature|api[_-]?key|apikey|listenkey"
            r"|x-mbx-apikey|hhq_session)\b[\"']?\s*[=:]\s*[\"']?)(?!\*\*\*)[^\s\"'&,;}]+",
            re.IGNORECASE,
        ),
        r"\g<keep>***",
    ),
    # Our own tokens, signed sessions (JWT) and password hashes, wherever they turn up.
    (re.compile(r"\bhhq_[0-9a-f]{16}_[A-Za-z0-9_\-]{20,}"), HIDDEN),
    (re.compile(r"\beyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]+\.[A-Za-z0-9_\-]+"), HIDDEN),
    (re.compile(r"\$argon2(?:id|i|d)\$\S+"), HIDDEN),
)
_SECRET_VARIABLE = re.compile(r"(?i)(^|_)(password|passphrase|secret|token|(api)?key|credentials)(_|$)")


class Redactor:
    """Replaces secrets in text: those that are known by value, and whatever has the shape of one."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted({secret for secret in secrets if len(secret) >= _SHORTEST}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    @classmethod
    def of_environment(cls, environment: Mapping[str, str], others: Iterable[str] = ()) -> Redactor:
        """A redactor that knows the values of all variables named like a secret, and ``others``."""
        found = [value for name, value in environment.items() if _is_secret_variable(name, value)]
        return cls([*found, *others])

    def __call__(self, text: str) -> str:
        """``text`` with ``***`` in place of every secret."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text


class RedactingFilter(logging.Filter):
    """Takes secrets out of a record's message and traceback, whatever handler it goes to."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor
        self._formatter = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the record; it is always kept."""
        message = record.getMessage()
        redacted = self._redactor(message)
        if redacted != message:
            record.msg, record.args = redacted, ()
        if record.exc_info and record.exc_info[0] is not None and not record.exc_text:
            record.exc_text = self._formatter.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self._redactor(record.exc_text)
        if record.stack_info:
            record.stack_info = self._redactor(record.stack_info)
        return True


def protect_logging(redactor: Redactor) -> None:
    """From now on no record of this process, and no uncaught exception, shows a secret.

    Every record is redacted where it is made, so a handler added later sees no secret either.
    """
    keep = RedactingFilter(redactor)
    make = logging.getLogRecordFactory()
    plain = getattr(make, "plain", make)

    def redacted(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record: logging.LogRecord = plain(*args, **kwargs)
        keep.filter(record)
        return record

    redacted.plain = plain  # type: ignore[attr-defined]
    logging.setLogRecordFactory(redacted)

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.stderr.write(redactor(logging.Formatter().formatException((kind, error, trace))) + "\n")

    sys.excepthook = tell


def without_secrets(value: Any) -> Any:
    """The plain values, with ``***`` for everything under the name of a secret."""
    if isinstance(value, Mapping):
        return {
            str(name): HIDDEN
            if _SECRET_NAME.search(str(name)) and inner is not None
            else without_secrets(inner)
            for name, inner in value.items()
        }
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [without_secrets(inner) for inner in value]
    return value


def _is_secret_variable(name: str, value: str) -> bool:
    # A path or an address in such a variable (…_KEY_FILE) is no secret, and hiding it would hide half of each line.
    return (
        bool(_SECRET_VARIABLE.search(name))
        and not name.upper().endswith(("_FILE", "_PATH", "_URL"))
        and bool(value)
    )
