"""`companion credentials`: users and tokens. A secret is printed once; only its hash is stored."""

from __future__ import annotations

import argparse
import getpass
import os
import secrets
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session

from companion.commands.command import Command
from companion.ground.clock import SystemClock
from companion.ground.errors import UsageError
from companion.ground.roles import Role
from companion.security import tokens
from companion.security.credentials import (
    USERS_VARIABLE,
    new_user,
    read_users_file,
    write_users_file,
)
from companion.security.passwords import Passwords
from companion.settings import CompanionSettings
from companion.settings.files import load_companion_settings
from companion.store.address import database_url, shown
from companion.store.database import Store

T = TypeVar("T")
_PASSWORD_BYTES = 18
_OTHER_DATABASE = (
    "no companion with another database knows it (the demonstration's: --config run/demo/companion.toml)"
)


def run(options: argparse.Namespace) -> int:
    """Carry out the chosen act. Exit status 0; raises UsageError for wrong input."""
    settings = load_companion_settings(options.config, os.environ)
    status: int = options.act(options, settings)
    return status


def _user(options: argparse.Namespace, settings: CompanionSettings) -> int:
    """Add a user, or change a known one's password or role."""
    password, is_made = _password(options)
    user = new_user(options.name, Role(options.role), password, Passwords())
    if options.print:
        print(f"{USERS_VARIABLE}='{user.name}:{user.role.value}:{user.password_hash}'")
    else:
        path = Path(settings.security.users_file)
        known = read_users_file(path)
        others = [one for one in known.users if one.name != user.name]
        write_users_file(path, [*others, user], known.session_key)
        print(f"user {user.name} with the role {user.role.value} is in {path}; restart the service to use it")
    if is_made:
        print(f"password (shown once): {password}")
    return 0


def _remove_user(options: argparse.Namespace, settings: CompanionSettings) -> int:
    path = Path(settings.security.users_file)
    known = read_users_file(path)
    left = [one for one in known.users if one.name != options.name]
    if len(left) == len(known.users):
        raise UsageError(f"{path} has no user {options.name!r}")
    write_users_file(path, left, known.session_key)
    print(f"user {options.name} is gone; restart the service to end his sessions")
    return 0


def _token(options: argparse.Namespace, settings: CompanionSettings) -> int:
    days = settings.security.token_days if options.days is None else options.days
    if not 0 < days <= 3650:
        raise UsageError(f"--days {days:g} is not above 0 and at most 3650")
    create = partial(tokens.create, name=options.name, role=Role(options.role), now_ms=_now_ms(), days=days)
    text, token = _in_store(settings, create)
    print(f"in {_database(settings)}; {_OTHER_DATABASE}")
    print(
        f"token {token.id} ({token.name}, {token.role.value}) until {_moment(token.expires_ms)}; shown once:"
    )
    print(text)
    return 0


def _list(_options: argparse.Namespace, settings: CompanionSettings) -> int:
    known = read_users_file(Path(settings.security.users_file))
    print(f"users in {settings.security.users_file}:")
    for user in known.users:
        print(f"  {user.name}  {user.role.value}")
    print(f"tokens in {_database(settings)}:")
    now_ms = _now_ms()
    for token in _in_store(settings, tokens.listed):
        state = "valid" if token.valid(now_ms) else "revoked" if token.revoked_ms is not None else "expired"
        print(f"  {token.id}  {token.name}  {token.role.value}  until {_moment(token.expires_ms)}  {state}")
    return 0


def _revoke(options: argparse.Namespace, settings: CompanionSettings) -> int:
    if not _in_store(settings, partial(tokens.revoke, token_id=options.id, now_ms=_now_ms())):
        raise UsageError(f"there is no token {options.id} that could be revoked")
    print(f"token {options.id} opens nothing any more")
    return 0


def _password(options: argparse.Namespace) -> tuple[str, bool]:
    """The password, and whether it was generated here."""
    if options.password_stdin:
        return sys.stdin.readline().rstrip("\r\n"), False
    if not options.ask:
        return secrets.token_urlsafe(_PASSWORD_BYTES), True
    given = getpass.getpass(f"password of {options.name}: ")
    if getpass.getpass("once more: ") != given:
        raise UsageError("the two passwords differ")
    return given, False


def _in_store(settings: CompanionSettings, work: Callable[[Session], T]) -> T:
    store = Store.open(settings.store, os.environ)
    try:
        return store.now(work)
    finally:
        store.close()


def _database(settings: CompanionSettings) -> str:
    return shown(database_url(settings.store.url, os.environ))


def _now_ms() -> int:
    return SystemClock().now_ms()


def _moment(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, action="append", default=[], metavar="FILE", help="settings")
    acts = parser.add_subparsers(required=True, metavar="ACT")
    user = acts.add_parser("user", help="add a user, or change his password or role")
    user.add_argument("name")
    user.add_argument("--role", choices=list(Role), default=Role.TRADE)
    source = user.add_mutually_exclusive_group()
    source.add_argument("--ask", action="store_true", help="ask for the password (default: make one)")
    source.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    user.add_argument(
        "--print", action="store_true", help=f"print a line for {USERS_VARIABLE} instead of storing"
    )
    user.set_defaults(act=_user)
    remove = acts.add_parser("remove-user", help="take a user out of the file")
    remove.add_argument("name")
    remove.set_defaults(act=_remove_user)
    token = acts.add_parser("token", help="make a program's token")
    token.add_argument("name", help="what it is for")
    token.add_argument("--role", choices=list(Role), default=Role.READ)
    token.add_argument("--days", type=float, help="life (default: security.token_days)")
    token.set_defaults(act=_token)
    acts.add_parser("list", help="users and tokens, without their secrets").set_defaults(act=_list)
    revoke = acts.add_parser("revoke", help="make a token worthless at once")
    revoke.add_argument("id")
    revoke.set_defaults(act=_revoke)


CREDENTIALS = Command(_add_options, run)
