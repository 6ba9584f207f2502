"""Parts of libraries that the service does without: they would only take memory and time at its start."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import cast

LEFT_OUT = (
    # For functions of linear algebra that the core does not call; it brings most of scipy with it.
    "scipy.linalg",
    # A command line.
    "httpx._main",
    # Colours in reports of errors in templates.
    "mako.ext.pygmentplugin",
)
"""Modules that their libraries ask for and do without where they are not installed."""


def leave_out() -> None:
    """Let imports of :data:`LEFT_OUT` fail as if they were not installed; what is loaded already stays.

    For a process that is the service alone.
    """
    modules = cast("dict[str, ModuleType | None]", sys.modules)
    for name in LEFT_OUT:
        modules.setdefault(name, None)
