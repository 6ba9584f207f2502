"""A process of its own that holds (or waits for) a lease and closes trades while it is active.

Reports on standard output what it is: ``active``, ``passive HOLDER``, and ``wrote N`` after each committed trade.
"""

from __future__ import annotations

import asyncio
import sys
from functools import partial

from companion.ground.clock import SystemClock
from companion.settings.store import StoreSettings
from companion.store import trades
from companion.store.database import Store
from companion.store.lease import Lease
from companion.store.trades import TradeRecord


async def main(url: str, name: str, lease_seconds: float) -> None:
    """Serve until killed."""
    settings = StoreSettings(url=url, lease_seconds=lease_seconds)
    store = await asyncio.to_thread(Store.open, settings, {})
    lease = Lease(store, settings, SystemClock(), me=name)
    keeping = asyncio.create_task(lease.run())
    number = 0
    while not keeping.done():
        status = lease.status()
        if not status.active:
            say(f"passive {status.holder}")
            await asyncio.sleep(0.05)
            continue
        number += 1
        trade = TradeRecord(name, str(number), "BTC/USDT:USDT", 1, number, number, 1.0, 1.0)
        await lease.act(partial(trades.record_closed, trade=trade, now_ms=number))
        say(f"wrote {number}")
    keeping.result()


def say(line: str) -> None:
    """Print one line, unbuffered."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3])))
