"""`companion doctor`: is everything installed that the project needs, and does it work together?"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import sys
import time

from companion.commands.command import Command

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
)
_MODULES = ("hhq", "hhq.settings", "hhq_freqtrade", "talib", "pandas_ta", "numba", "freqtrade")
_OLDEST_PYTHON = (3, 11)
_REMEDY = "run `make setup`, or put user_data/strategies on PYTHONPATH"


def run(options: argparse.Namespace) -> int:
    """Print a line per check; exit status 1 if one fails."""
    problems = [*_check_python(), *_check_packages(), *_check_modules()]
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
            problems.append(f"module {name} can not be imported: {_REMEDY}")
    return problems


def _compile() -> None:
    """Compile the core's kernels, so that no run waits for them."""
    # Only here: without --compile the doctor must work even where the core can not be imported.
    from companion.warm_up import compile_core

    started = time.perf_counter()
    compile_core()
    print(f"core compiled in {time.perf_counter() - started:.1f} s")


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--compile", action="store_true", help="compile the core, so that no run waits for it"
    )


DOCTOR = Command("doctor", "check the installation", _add_options, run)
