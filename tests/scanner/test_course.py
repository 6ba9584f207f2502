"""The last candles of a coin, decided, against the scans of their time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest

from companion.history.decided_then import with_records
from companion.history.scans import scan_signals
from companion.offline.data_folder import DataFolder
from companion.scanner.course import DECIDED, CoinCandles, course_inputs, decided_course
from companion.scanner.latest_scan import Scan
from hhq.gates import Gate
from hhq.layers import LAYERS
from hhq.panel import CANDLE_MS
from tests.in_loop import in_loop
from tests.scanner.fed_market import COLUMN, Bench, FedMarket, close_ms, eager

pytestmark = pytest.mark.compiled
EARLIER = 20
"""Candles between the two scans."""


@dataclass(frozen=True)
class Seen:
    """The same market scanned at two candles; its memory holds the later one."""

    market: FedMarket
    before: Scan
    now: Scan

    def course(self, pair: str, count: int = DECIDED) -> CoinCandles:
        inputs = course_inputs(self.market.memory, self.now, pair)
        assert inputs is not None
        return decided_course(inputs, self.now, count)


@pytest.fixture(scope="module")
def seen(generated_folder: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    market = FedMarket(generated_folder)
    first = market.panel.first_bar + COLUMN
    market.backfill(first)
    scans: list[Scan] = []

    @in_loop
    async def scan_once(bar: int) -> None:
        bench = Bench(market, tmp_path_factory.mktemp("course"), settings=eager())
        async with bench.running(close_ms(bar) + 1_000) as driven:
            scans.append(driven.scan)

    scan_once(first)
    for bar in range(first + 1, first + EARLIER + 1):
        market.close(bar)
    scan_once(first + EARLIER)
    return Seen(market, *scans)


def sided(scan: Scan) -> Iterator[str]:
    yield from (coin.pair for coin in scan.columns.sided())


def test_the_newest_candle_is_what_the_scan_has_decided(seen: Seen) -> None:
    pairs = list(sided(seen.now))
    assert pairs
    for pair in seen.now.pairs:
        found = seen.course(pair).decisions
        coin = seen.now.columns.coin(seen.now.pairs.index(pair))
        newest = {
            name: getattr(found, name)[-1] for name in ("gate", "side", "score", "minimum", "threshold")
        }
        assert newest == {name: getattr(coin, name) for name in newest}
        assert found.points[-1] == coin.points
        assert (found.entry_price[-1], found.stop_price[-1], found.target_price[-1]) == (
            coin.entry_price, coin.stop_price, coin.target_price,
        )  # fmt: skip
        assert found.recorded[-1]
        assert found.time[-1] == seen.now.close_ms - CANDLE_MS


def test_a_candle_of_before_is_decided_as_the_scan_did_then(seen: Seen) -> None:
    same = 0
    for pair in sided(seen.before):
        found = seen.course(pair).decisions
        coin = seen.before.columns.coin(seen.before.pairs.index(pair))
        assert (found.gate[-1 - EARLIER], found.side[-1 - EARLIER]) == (coin.gate, coin.side)
        assert found.score[-1 - EARLIER] == pytest.approx(coin.score, abs=1e-6)
        assert not found.recorded[-1 - EARLIER]
        same += 1
    assert same >= 2


def test_what_the_scanner_has_recorded_stands_in_place_of_what_is_decided_now(seen: Seen) -> None:
    records = scan_signals(seen.before)
    record = records[0]
    book = {**record.details, "points": [1.0] * len(LAYERS), "minimum": 47.0}
    changed = replace(record, score=93.0, reason="", details=book)
    found = with_records(seen.course(record.pair).decisions, [changed])
    number = -1 - EARLIER
    assert found.recorded[number]
    assert (found.gate[number], found.score[number], found.minimum[number]) == (
        Gate.SCORE_PASS.name,
        93.0,
        47.0,
    )
    assert list(found.points[number] or ()) == [1.0] * len(LAYERS)
    assert with_records(found, []) == found


def test_candles_are_those_of_the_memory_and_as_many_as_are_wanted(seen: Seen) -> None:
    pair = seen.now.pairs[0]
    few, many = seen.course(pair, 10), seen.course(pair, 1500)
    assert len(few.time) == len(few.close) == len(few.decisions.time) == 10
    assert len(many.time) == 1500
    assert len(many.decisions.time) == DECIDED
    assert many.time[-10:] == few.time
    assert np.diff(many.time).tolist() == [CANDLE_MS] * 1499
    row, memory = seen.market.row(pair), seen.market.memory.candles
    assert memory.values_at(row, seen.now.bar) == (
        few.open[-1], few.high[-1], few.low[-1], few.close[-1], few.volume[-1],
    )  # fmt: skip
    assert course_inputs(seen.market.memory, seen.now, "NOBODY/USDT:USDT") is None
