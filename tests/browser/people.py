"""Who visits the page in these tests."""

from __future__ import annotations

import functools
import secrets
from dataclasses import dataclass

from companion.ground.roles import Role
from companion.security.credentials import SESSION_KEY_VARIABLE, USERS_VARIABLE
from companion.security.passwords import Passwords


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may log in."""

    name: str
    role: Role
    password: str


TRADER = Person("trader", Role.TRADE, "what only the trader knows")
READER = Person("reader", Role.READ, "what only the reader knows")
MARKUP = "<img src=x onerror=document.body.dataset.attacked=1><b>bold</b>"
"""Does something as soon as a browser takes it for markup."""
ATTACKER = Person(MARKUP, Role.READ, "what only the attacker knows")
PEOPLE = (TRADER, READER, ATTACKER)


@functools.cache
def environment() -> dict[str, str]:
    """The environment in which a companion knows them."""
    passwords = Passwords()
    known = (f"{person.name}:{person.role.value}:{passwords.hash(person.password)}" for person in PEOPLE)
    # With a key of its own a companion that is started again knows the sessions of before.
    return {USERS_VARIABLE: ";".join(known), SESSION_KEY_VARIABLE: secrets.token_urlsafe(32)}
