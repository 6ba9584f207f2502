"""`companion doctor`: is everything installed that the project needs, and does it all work together?"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import os
import sys
import time
from pathlib import Path

from companion.bot.login import login_of
from companion.commands.command import Command
from companion.ground.layout import ROOT, RUN, USER_DATA

_PACKAGES = (
    "freqtrade",
    "ccxt",
    "numba",
    "numpy",
    "pandas",
    "pydantic",
    "TA-Lib",
    "ft-pandas-ta",
    "websockets",
    "fastapi",
    "uvicorn",
    "httpx",
    "orjson",
    "SQLAlchemy",
    "alembic",
    "psycopg",
    "argon2-cffi",
    "PyJWT",
    "prometheus-client",
)
_MODULES = (
    "hhq", "hhq.settings", "hhq_shared", "hhq_freqtrade", "talib", "pandas_ta", "numba", "freqtrade", "ccxt.pro",
    "companion.api.application",
)  # fmt: skip
_FOLDERS = (RUN, USER_DATA / "hhq", USER_DATA / "pairlists", USER_DATA / "data")
"""Where bot and companion write; created when needed."""
_OLDEST_PYTHON = (3, 11)
_REMEDY = "run `make setup`, or put user_data/strategies on PYTHONPATH"


def run(options: argparse.Namespace) -> int:
    """Print a line per check; exit status 1 if one fails."""
    problems = [*_check_python(), *_check_packages(), *_check_modules(), *_check_folders()]
    if not problems:
        problems += _check_settings()
    if options.compile and not problems:
        _compile()
    for problem in problems:
        print(f"doctor: {problem}", file=sys.stderr)
    print(f"doctor: {len(problems)} problem(s)" if problems else "doctor: everything is in place")
    return 1 if problems else 0


def _check_python() -> list[str]:
    print(f"python {sys.version.split()[0]}")
    if sys.version_info < _OLDEST_PYTHON:
        return ["Python 3.11 or later is needed"]
    return []


def _check_packages() -> list[str]:
    problems = []
    for name in _PACKAGES:
        try:
            print(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            problems.append(f"package {name} is not installed: {_REMEDY}")
    return problems


def _check_modules() -> list[str]:
    problems = []
    for name in _MODULES:
        try:
            found = importlib.util.find_spec(name) is not None
        except ModuleNotFoundError:
            found = False
        if not found:
            problems.append(f"module {name} cannot be imported: {_REMEDY}")
    return problems


def _check_folders() -> list[str]:
    problems = []
    for folder in _FOLDERS:
        there = next(path for path in (folder, *folder.parents) if path.exists())
        if not os.access(there, os.W_OK):
            problems.append(f"folder {folder.relative_to(ROOT)} cannot be written (see the owner of {there})")
    return problems


def _check_settings() -> list[str]:
    """Check domain and companion settings; print for each bot whether the environment has its login."""
    # Only here: without the packages above these cannot be imported, and the doctor must be able to say so.
    from companion.domain_settings.in_force import named_settings
    from companion.ground.errors import UsageError
    from companion.settings.files import load_companion_settings

    try:
        named_settings(None, None)
        settings = load_companion_settings([], os.environ)
    except UsageError as problem:
        return [str(problem)]
    for name, url in zip(settings.bots.names, settings.bots.urls, strict=True):
        complete = login_of(name, os.environ).complete
        print(f"bot {name} at {url}: {'login' if complete else 'no login'} in the environment")
    users = os.environ.get("HHQ_COMPANION_USERS") or Path(settings.security.users_file).exists()
    print(
        f"companion on {settings.server.host}:{settings.server.port}: {'users' if users else 'its own login'}"
    )
    return []


def _compile() -> None:
    """Compile the core's kernels, so that no run waits for them."""
    # Only here: without --compile the doctor must work even where the core cannot be imported.
    from companion.offline.warm_up import compile_core

    started = time.perf_counter()
    compile_core()
    print(f"core compiled in {time.perf_counter() - started:.1f} s")


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--compile", action="store_true", help="compile the core, so that no run waits for it"
    )


DOCTOR = Command(_add_options, run)
