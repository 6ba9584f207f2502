"""The request weight of this address: one ledger per process, which every request passes through."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import logging
import math
from collections import deque
from collections.abc import Callable, Iterator
from enum import IntEnum

from companion.ground.clock import Clock
from companion.settings.exchange import ExchangeSettings
from companion.streams.status import WeightStatus
from companion.venues.request_weight import WeightReport

_LOG = logging.getLogger("companion.streams")
_WINDOW = 62.0
"""Seconds for which a request counts: the exchange's minute, plus what the request may take to get there."""
_LONGEST_NAP = 1.0
_RESERVE_PCT = 5.0
"""Share of the budget that a backfill leaves to urgent requests."""
_MOST_FOR_BOTS = 0.75
"""Largest share of the rest that it leaves to bots: it must finish whatever they need."""


class Urgency(IntEnum):
    """Who goes first when weight is short."""

    LIVE = 0
    REPAIR = 1
    BACKFILL = 2


class WeightLedger:
    """Lets requests through while their weight fits into the share of the limit that the companion may use.

    Two accounts are kept. Its own: the weight of the requests let through in the last minute, a sliding one, so that it
    holds at whatever second the exchange's minute begins. The exchange's: the weight that it last reported for this
    address, bots' requests included. Neither may exceed the budget. After a refusal for weight nobody sends until the
    wait that the exchange imposed is over.

    ``bots_need`` gives the weight that bots on this address may use in the next minute. A backfill leaves it to them:
    a bot that is refused cannot watch its positions.
    """

    def __init__(
        self, settings: ExchangeSettings, clock: Clock, bots_need: Callable[[], int] = lambda: 0
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._bots_need = bots_need
        self._sent: deque[tuple[float, int]] = deque()
        self._used = 0
        self._reported = 0
        self._minute_seen = -math.inf
        self._since_report = 0
        self._blocked_until = -math.inf
        self._backfills = 0
        self._queue: list[tuple[Urgency, int]] = []
        self._numbers = 0
        self._moved = asyncio.Event()
        self.refusals = 0

    @property
    def budget(self) -> int:
        """Weight per minute that may be used now: more while the first backfill is under way."""
        settings = self._settings
        share = settings.fill_share_pct if self._backfills else settings.weight_share_pct
        return int(settings.weight_limit * share / 100.0)

    @contextlib.contextmanager
    def backfilling(self) -> Iterator[None]:
        """Grant the first backfill's larger share within the block."""
        self._backfills += 1
        try:
            yield
        finally:
            self._backfills -= 1

    async def acquire(self, weight: int, urgency: Urgency = Urgency.LIVE) -> None:
        """Return when a request of this weight may be sent; it counts as sent from then on.

        Raises ValueError for a weight that can never be granted.
        """
        if weight > self.budget:
            raise ValueError(
                f"a request of weight {weight} is more than the budget of {self.budget} a minute"
            )
        self._numbers += 1
        place = (urgency, self._numbers)
        heapq.heappush(self._queue, place)
        try:
            while True:
                if self._queue[0] != place:
                    await self._moved.wait()
                elif (wait := self._wait(weight, urgency)) > 0.0:
                    await self._clock.sleep(min(wait, _LONGEST_NAP))
                else:
                    break
            self._take(weight)
        finally:
            self._queue.remove(place)
            heapq.heapify(self._queue)
            self._moved.set()
            self._moved = asyncio.Event()

    def lend(self, weight: int) -> bool:
        """Set weight aside for what bots on this address will use within a minute; False if it does not fit now.

        It fits if the companion's own budget has room for it, or for half of that budget if the weight is more. The first
        backfill takes all that bots leave: nothing is lent meanwhile.
        """
        fits = self._wait(min(weight, self.budget // 2), Urgency.LIVE) <= 0.0
        fits = fits and not self._queue and not self._backfills
        if fits:
            self._take(weight)
        return fits

    def answered(self, report: WeightReport) -> None:
        """Book what an answer says."""
        if report.used is not None:
            if report.used < self._reported or not self._reported:
                self._minute_seen = self._clock.monotonic()
            self._reported, self._since_report = report.used, 0
        if (wait := report.wait_seconds) is not None:
            self.refusals += 1
            self.block(wait)
            _LOG.warning(
                "the exchange refused a request (%d): no request is sent for %.0f s", report.code, wait
            )

    def block(self, seconds: float) -> None:
        """Let no request through for this long."""
        self._blocked_until = max(self._blocked_until, self._clock.monotonic() + seconds)

    async def unblocked(self) -> None:
        """Return when the wait that the exchange imposed is over; for what has no weight, like opening a connection."""
        while (wait := self._blocked_until - self._clock.monotonic()) > 0.0:
            await self._clock.sleep(min(wait, _LONGEST_NAP))

    def status(self) -> WeightStatus:
        """The ledger now."""
        self._forget()
        blocked = max(0.0, self._blocked_until - self._clock.monotonic())
        return WeightStatus(
            self._used, self._reported, self.budget, self._settings.weight_limit, blocked, self.refusals
        )

    def _take(self, weight: int) -> None:
        self._sent.append((self._clock.monotonic(), weight))
        self._used += weight
        self._since_report += weight

    def _forget(self) -> None:
        old = self._clock.monotonic() - _WINDOW
        while self._sent and self._sent[0][0] <= old:
            self._used -= self._sent.popleft()[1]
        # A minute first reported this long ago is over: what was reported in it no longer counts.
        if self._minute_seen <= old:
            self._reported = self._since_report = 0

    def _budget(self, urgency: Urgency) -> int:
        """What the exchange's account may show once a request has been sent."""
        reserve = self.budget * _RESERVE_PCT / 100.0 if urgency is Urgency.BACKFILL else 0.0
        return self.budget - int(reserve)

    def _own_budget(self, urgency: Urgency) -> int:
        """What the companion's own account may show then."""
        budget = self._budget(urgency)
        if urgency is not Urgency.BACKFILL:
            return budget
        return budget - min(self._bots_need(), int(budget * _MOST_FOR_BOTS))

    def _wait(self, weight: int, urgency: Urgency) -> float:
        """Seconds until a request of this weight may be sent, as far as is known now."""
        budget = self._budget(urgency)
        self._forget()
        now = self._clock.monotonic()
        wait = self._blocked_until - now
        over = self._used + weight - self._own_budget(urgency)
        for sent, part in self._sent:
            if over <= 0:
                break
            over -= part
            wait = max(wait, sent + _WINDOW - now)
        if self._reported and self._reported + self._since_report + weight > budget:
            wait = max(wait, self._minute_seen + _WINDOW - now)
        return wait
