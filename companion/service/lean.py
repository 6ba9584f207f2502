"""Parts of libraries that the service leaves out: they would only cost memory and start-up time."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import cast

LEFT_OUT = (
    # Linear algebra that the core does not call; it pulls in most of scipy.
    "scipy.linalg",
    # A command line.
    "httpx._main",
    # Colours in error reports of templates.
    "mako.ext.pygmentplugin",
)
"""Modules that their libraries import if they are installed, and do without if not."""


def leave_out() -> None:
    """Let imports of :data:`LEFT_OUT` fail as if they were not installed; what is loaded already stays.

    Only for a process that runs nothing but the service.
    """
    modules = cast("dict[str, ModuleType | None]", sys.modules)
    for name in LEFT_OUT:
        modules.setdefault(name, None)
