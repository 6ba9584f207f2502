"""ccxt with one exchange: its packages import all of theirs, which costs 90 MB and seconds that a service does not have."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType

_PACKAGES = ("ccxt", "ccxt.async_support", "ccxt.pro", "ccxt.abstract")
_KEPT = ("base", "abstract", "async_support", "pro", "static_dependencies")
_FAMILY = "binance"


class _LeftOut(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Stands in for the module of every other exchange: its one class has nothing in it."""

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Answer for the modules of exchanges that are not wanted."""
        package, _, name = fullname.rpartition(".")
        if package not in _PACKAGES or name in _KEPT or name.startswith(_FAMILY):
            return None
        return importlib.machinery.ModuleSpec(fullname, self)

    def exec_module(self, module: ModuleType) -> None:
        """Give the module the class that its package asks for."""
        name = module.__name__.rpartition(".")[2]
        setattr(module, name, type(name, (), {"__doc__": "An exchange that was left out."}))


@contextmanager
def binance_alone() -> Iterator[None]:
    """Import ccxt within the block: of its exchanges only Binance's are there. Nothing happens if it is loaded already.

    For a process that talks to nobody else; Freqtrade and tests import ccxt as it is.
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
