"""Funding of one coin: settlement times, rates and the estimate between settlements."""

from __future__ import annotations

import math
from bisect import bisect_right

import numpy as np

from companion.replay.candles import HOUR, bucket_start
from companion.replay.folder import FundingRows

USUAL_INTERVAL = 8 * HOUR


class Funding:
    """Recorded settlements; a coin without any has the usual times and an unknown (NaN) rate."""

    def __init__(self, rows: FundingRows | None, end: int) -> None:
        """Settlements after `end`, the end of the coin's candles (ms), are left out."""
        self.times: list[int] = []
        self.rates: list[float] = []
        if rows is not None:
            inside = (rows.time <= end) & np.isfinite(rows.rate)
            self.times = rows.time[inside].tolist()
            self.rates = rows.rate[inside].tolist()

    @property
    def known(self) -> bool:
        """Whether any rate is recorded."""
        return bool(self.times)

    def settled(self, time: int) -> int:
        """How many settlements lie at or before `time`."""
        return bisect_right(self.times, time)

    def interval_at(self, time: int) -> int:
        """Milliseconds between the settlements around `time`."""
        if len(self.times) < 2:
            return USUAL_INTERVAL
        after = min(max(self.settled(time), 1), len(self.times) - 1)
        return self.times[after] - self.times[after - 1]

    def next_time(self, time: int) -> int:
        """The next settlement after `time`."""
        after = self.settled(time)
        if after < len(self.times):
            return self.times[after]
        interval = self.interval_at(time)
        if not self.times:
            return bucket_start(time, interval) + interval
        return self.times[-1] + ((time - self.times[-1]) // interval + 1) * interval

    def last_rate(self, time: int) -> float:
        """The rate last settled; NaN if none is recorded."""
        after = self.settled(time)
        return self.rates[after - 1] if after else math.nan

    def rate_at(self, time: int) -> float:
        """Estimate for the next settlement: it moves from the last rate to the one about to be settled."""
        after = self.settled(time)
        if not self.times:
            return math.nan
        if after == 0:
            return self.rates[0]
        if after == len(self.times):
            return self.rates[-1]
        begin, end = self.times[after - 1], self.times[after]
        part = (time - begin) / (end - begin)
        return self.rates[after - 1] + (self.rates[after] - self.rates[after - 1]) * part
