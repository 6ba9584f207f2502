"""Writes the signals and the funnel of every scan to the store."""

from __future__ import annotations

from sqlalchemy.orm import Session

from companion.scanner.columns import CoinView
from companion.scanner.latest_scan import LatestScan, Scan
from companion.store import funnel, signals
from companion.store.database import Store
from hhq.gates import Gate

SOURCE = "scanner"
_DETAILS = (
    "regime", "price", "raw", "minimum", "entry_price", "stop_price", "target_price", "size_factor", "points",
    "digest", "rank", "late",
)  # fmt: skip
_SIDES = {"LONG": 1, "SHORT": -1}


def scan_signals(scan: Scan) -> list[signals.Signal]:
    """The candidates of a scan: coins with a side, accepted or not; the reason is the gate that stopped them."""
    return [_signal(scan, coin) for coin in scan.columns.sided()]


def _signal(scan: Scan, coin: CoinView) -> signals.Signal:
    accepted = coin.gate == Gate.SCORE_PASS.name
    return signals.Signal(
        source=SOURCE,
        pair=coin.pair,
        candle_ms=scan.close_ms,
        side=_SIDES[coin.side or ""],
        accepted=accepted,
        reason="" if accepted else coin.gate,
        score=coin.score,
        leverage=coin.leverage,
        details={name: getattr(coin, name) for name in _DETAILS},
    )


class ScanHistory:
    """Stores what each scan has found. A candle that is published again replaces what was stored for it."""

    def __init__(self, latest_scan: LatestScan, store: Store) -> None:
        self._latest_scan = latest_scan
        self._store = store

    async def run(self) -> None:
        """Store until cancelled."""
        stored: Scan | None = None
        while True:
            scan = self._latest_scan.scan
            if scan is None or scan is stored:
                scan = await self._latest_scan.next_scan()
            await self.store(scan)
            stored = scan

    async def store(self, scan: Scan) -> None:
        """Store one scan. Raises what Store.write raises."""
        found = scan_signals(scan)
        gates = {share.name: share.count for share in scan.funnels.of_pass.gates}

        def write(session: Session) -> None:
            signals.record(session, found)
            funnel.record(session, scan.close_ms, gates)

        await self._store.write(write)
