"""When the bot is killed: moments of every kind, by seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

DIARY_VARIABLE = "HHQ_ENDURANCE_DIARY"
KILL_VARIABLE = "HHQ_ENDURANCE_KILL"

RARE = {
    "order placed": 3,
    "exit decided": 2,
    "exit executed": 2,
    "entry fill not yet taken": 2,
    "entry fill taken": 2,
    "reduction fill not yet taken": 1,
    "reduction fill taken": 1,
    "closing fill not yet taken": 1,
    "kill switch fill not yet taken": 1,
    "kill switch fill taken": 1,
    "entry confirmed": 2,
    "reduction decided": 2,
    "close decided": 2,
    "before lock": 1,
    "after lock": 1,
}
"""Moments that come with orders, and the largest count at which the bot dies in one."""
OFTEN = {
    "state file half written": 3,
    "state file not yet replaced": 3,
    "state file put": 4,
    "before custom data": 20,
    "after custom data": 20,
    "before commit": 40,
    "after commit": 40,
    "guards asked": 6,
    "candles analysed": 20,
    "loop over": 5,
}
"""Moments of every loop, likewise."""


@dataclass(frozen=True)
class Kill:
    """One kill.

    `moment` is where the bot kills itself, the `count`-th time it gets there. Otherwise it is killed from outside: `seconds`
    (real) after its `loops`-th loop, or `seconds` after its start where `loops` is 0.
    """

    number: int
    moment: str | None
    count: int = 0
    loops: int = 0
    seconds: float = 0.0

    @property
    def order(self) -> str:
        """What the bot is told; nothing if it is killed from outside."""
        return "" if self.moment is None else f"{self.moment}:{self.count}"

    @property
    def text(self) -> str:
        """When, for people."""
        if self.moment is not None:
            return f"{self.moment}, time {self.count}"
        return f"{self.seconds:.2f} s after " + (f"loop {self.loops}" if self.loops else "the start")


def kills(count: int, seed: int) -> Iterator[Kill]:
    """Yield `count` kills: of six, two at any time, two with orders, two in a loop; of twenty, one at start-up."""
    chance = random.Random(seed)
    rare, often = _shuffled(RARE, chance), _shuffled(OFTEN, chance)
    for number in range(1, count + 1):
        if number % 20 == 10:
            yield Kill(number, None, seconds=chance.uniform(1.0, 7.0))
        elif number % 6 in (1, 3):
            yield Kill(number, None, loops=chance.randint(1, 7), seconds=chance.uniform(0.0, 1.5))
        elif number % 6 in (2, 4):
            moment = next(rare)
            yield Kill(number, moment, count=chance.randint(1, RARE[moment]))
        else:
            moment = next(often)
            yield Kill(number, moment, count=chance.randint(1, OFTEN[moment]))


def _shuffled(moments: dict[str, int], chance: random.Random) -> Iterator[str]:
    """Yield all moments in a random order, again and again."""
    while True:
        names = list(moments)
        chance.shuffle(names)
        yield from names
