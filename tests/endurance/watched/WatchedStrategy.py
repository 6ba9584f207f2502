"""HHQStrategy as it is, with listeners around its functions."""

from __future__ import annotations

from HHQStrategy import HHQStrategy
from tests.endurance.inside_bot import listen

listen(HHQStrategy)


class WatchedStrategy(HHQStrategy):
    """Nothing is changed: the listeners sit in the classes that it is built from."""
