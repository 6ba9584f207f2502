"""ccxt with a single exchange: its packages import all exchanges, which costs 100 MB and seconds."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType

_PACKAGES = ("ccxt", "ccxt.async_support", "ccxt.pro", "ccxt.abstract")
_KEPT = ("base", "abstract", "async_support", "pro", "static_dependencies")
_WANTED = frozenset(
    {
        "ccxt.pro.binanceusdm",
        "ccxt.pro.binance",
        "ccxt.async_support.binanceusdm",
        "ccxt.async_support.binance",
        "ccxt.abstract.binanceusdm",
        "ccxt.abstract.binance",
    }
)
"""Binance USDⓈ-M and what it is built on; calls are asynchronous, so the blocking modules are left out."""


class _LeftOut(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Stands in for every other exchange's module: its one class is empty."""

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Answer for the modules of exchanges that are not needed."""
        package, _, name = fullname.rpartition(".")
        if package not in _PACKAGES or name in _KEPT or fullname in _WANTED:
            return None
        return importlib.machinery.ModuleSpec(fullname, self)

    def exec_module(self, module: ModuleType) -> None:
        """Give the module the class that its package imports."""
        name = module.__name__.rpartition(".")[2]
        setattr(module, name, type(name, (), {"__doc__": "An exchange that was left out."}))


@contextmanager
def binance_alone() -> Iterator[None]:
    """Import ccxt within the block with Binance USDⓈ-M only. Does nothing if ccxt is already loaded.

    For a process that talks to no other exchange; Freqtrade and tests import the whole of ccxt.
    """
    if "ccxt" in sys.modules:
        yield
        return
    finder = _LeftOut()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
