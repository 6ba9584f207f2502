"""Log lines that say which parts are available: MODULE {name} loaded, MODULE {name} unavailable: {why}."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Mapping

logger = logging.getLogger("companion.service")

PACKAGES = {"ccxt.pro": "ccxt.pro", "pandas_ta": "pandas_ta", "lightgbm": "lightgbm", "optuna": "optuna"}
"""Optional packages by the name shown; what needs a missing one is off."""


def say(name: str, problem: str = "") -> None:
    """Log that a part is available, or why it is not."""
    if problem:
        logger.warning("MODULE %s unavailable: %s", name, problem)
    else:
        logger.info("MODULE %s loaded", name)


def say_packages() -> Mapping[str, bool]:
    """Log which optional packages are installed."""
    found = {name: _is_there(module) for name, module in PACKAGES.items()}
    for name, there in found.items():
        say(name, "" if there else "the package is not installed")
    return found


def _is_there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False
