"""Credentials of the demonstration bot's API: made on the first run, in a file that only its owner can read."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from companion.ground.errors import CompanionError
from hhq_shared.atomic_file import PRIVATE, replace_file

_BYTES = 24


@dataclass(frozen=True)
class Credentials:
    """User name, password and the tokens that Freqtrade's API server needs."""

    username: str
    password: str
    jwt_secret_key: str
    ws_token: str


def load_or_create(path: Path) -> tuple[Credentials, bool]:
    """The credentials in `path`, and whether they have just been made.

    Raises CompanionError for a damaged file.
    """
    if not path.exists():
        return _create(path), True
    try:
        return Credentials(**json.loads(path.read_text(encoding="utf-8"))), False
    except (OSError, ValueError, TypeError) as problem:
        raise CompanionError(
            f"{path} holds no demo credentials ({problem}); remove it to get new ones"
        ) from problem


def _create(path: Path) -> Credentials:
    made = Credentials("demo", *(secrets.token_urlsafe(_BYTES) for _ in range(3)))
    replace_file(path, (json.dumps(asdict(made), indent=2) + "\n").encode(), mode=PRIVATE)
    return made
