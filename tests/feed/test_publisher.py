"""What the channels carry of real scans, of bots and of the log."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from companion.bot.state import BotState
from companion.bot.trade_models import ClosedTradeAnswer
from companion.feed.coins import COLUMNS, fresh_now
from companion.feed.hub import FeedHub
from companion.feed.log_lines import FeedLogHandler
from companion.feed.pieces import finished
from companion.feed.publisher import FeedPublisher
from companion.feed.ring import FrameRing
from companion.ground.plain import Json, Row
from companion.market.memory import MarketMemory
from companion.scanner.latest_scan import LatestScan
from companion.settings.feed import FeedSettings
from companion.tasks.turns import Turns
from hhq.gates import Gate
from tests.feed.bots import closed, position, state
from tests.feed.mirror import Mirror
from tests.scanner.fed_market import Bench, FedMarket, close_ms


class PlainViews:
    """Positions and trades, reduced to the fields that these tests look at."""

    position_columns = ("pair", "size")

    def positions(self, state: BotState) -> Mapping[str, Row]:
        return {f"{state.name}-{p.trade_id}": (p.pair, p.amount) for p in state.positions}

    def trade(self, state: BotState, trade: ClosedTradeAnswer) -> Mapping[str, Json]:
        return {"id": f"{state.name}-{trade.trade_id}", "net": trade.close_profit_abs}

    def account(self, state: BotState) -> Mapping[str, Json]:
        return {"equity": state.equity, "asked": state.asked_ms}


class Published:
    """A hub with its publisher on a latest_scan, and one bot whose state the test sets."""

    def __init__(self, latest_scan: LatestScan, market: MarketMemory | None = None) -> None:
        self.hub = FeedHub(FeedSettings(interval_seconds=0.1), COLUMNS, PlainViews.position_columns)
        self.state = state()
        self.log = FeedLogHandler()
        self.publisher = FeedPublisher(
            self.hub,
            latest_scan,
            PlainViews(),
            lambda: (self.state,),
            self.log,
            Turns(),
            lambda scan: scan.fresh if market is None else fresh_now(scan, market),
        )

    def become(self, after: BotState) -> None:
        before, self.state = self.state, after
        self.publisher.state_changed(before, after)
        finished(self.publisher.publishing())

    def ui(self, kind: str) -> list[Any]:
        """Data of the messages of one type that an existing client has been sent."""
        frames = self.hub.ui_messages.after(0) or []
        return [message["data"] for message in map(json.loads, frames) if message["type"] == kind]


def mirrored(ring: FrameRing) -> Mirror:
    mirror = Mirror()
    mirror.take(ring.first_frame()[1])
    return mirror


def scanned(market: FedMarket, bar: int, root: Path) -> tuple[LatestScan, Published]:
    """The latest_scan after the close of the candle behind ``bar``, published."""

    async def work() -> LatestScan:
        bench = Bench(market, root)
        async with bench.running(close_ms(bar) + 60_000) as driven:
            market.close(bar + 1)
            market.tickers(close_ms(bar + 1))
            await driven.turn(close_ms(bar + 1) / 1000 + 3 - driven.clock.now_ms() / 1000)
        return bench.latest_scan

    latest_scan = asyncio.run(work())
    published = Published(latest_scan)
    finished(published.publisher.publishing())
    return latest_scan, published


def test_every_coin_of_a_scan_is_a_row_with_its_decision(market: FedMarket, bar: int, tmp_path: Path) -> None:
    latest_scan, published = scanned(market, bar, tmp_path)
    scan = latest_scan.scan
    assert scan is not None
    assert scan.bar == bar + 1
    table = mirrored(published.hub.opportunities).table("opportunities")
    assert set(table) == set(scan.columns["symbol"])
    for coin in scan.columns:
        row = dict(zip(COLUMNS, table[coin.symbol], strict=True))
        assert (row["gate"], row["side"], row["score"], row["digest"]) == (
            coin.gate, coin.side, coin.score, coin.digest,
        )  # fmt: skip


def test_a_stream_that_dies_between_two_scans_takes_the_freshness_of_its_coins(
    market: FedMarket, bar: int, tmp_path: Path
) -> None:
    latest_scan, _ = scanned(market, bar, tmp_path)
    scan, place = latest_scan.scan, COLUMNS.index("fresh")
    assert scan is not None
    published = Published(latest_scan, market.memory)

    def fresh() -> set[str]:
        finished(published.publisher.publishing())
        rows = mirrored(published.hub.opportunities).table("opportunities")
        return {symbol for symbol, row in rows.items() if row[place]}

    before = fresh()
    assert before
    market.memory.unheard.update(range(len(scan.pairs)))
    assert fresh() == set()
    market.memory.unheard.clear()
    assert fresh() == before


def test_signals_carry_the_candidates_once_with_points_and_gate(
    market: FedMarket, bar: int, tmp_path: Path
) -> None:
    latest_scan, published = scanned(market, bar, tmp_path)
    scan = latest_scan.scan
    assert scan is not None
    sided = {coin.pair for coin in scan.columns if coin.side is not None}
    finished(published.publisher.publishing())
    entries = mirrored(published.hub.signals).entries["signals"]
    assert {entry["pair"] for entry in entries} == sided
    assert len(entries) == len(sided)
    for entry in entries:
        assert entry["accepted"] == (entry["gate"] == Gate.SCORE_PASS.name)
        assert len(entry["points"]) > 20


def test_the_funnel_counts_all_coins_of_the_pass(market: FedMarket, bar: int, tmp_path: Path) -> None:
    latest_scan, published = scanned(market, bar, tmp_path)
    scan = latest_scan.scan
    assert scan is not None
    fields = mirrored(published.hub.funnel).fields["funnel"]
    assert fields["bar"] == scan.bar
    assert sum(share["count"] for share in fields["of_pass"]["gates"]) == fields["of_pass"]["candles"]
    assert fields["of_pass"]["candles"] == len(market.memory.universe.trading_rows)


def test_nothing_is_sent_while_nothing_changes(market: FedMarket, bar: int, tmp_path: Path) -> None:
    _, published = scanned(market, bar, tmp_path)
    before = {name: channel.sequence for name, channel in published.hub.channels.items()}
    finished(published.publisher.publishing())
    assert {name: channel.sequence for name, channel in published.hub.channels.items()} == before


def test_a_position_is_shown_opened_and_closed_and_its_trade_follows() -> None:
    published = Published(LatestScan())
    published.become(state((position(7),)))
    assert mirrored(published.hub.positions).table("positions") == {"hhq-7": ["BTC/USDT:USDT", 1.0]}
    published.become(state(recent=(closed(7, 10),)))
    assert mirrored(published.hub.positions).table("positions") == {}
    assert mirrored(published.hub.trades).entries["trades"] == [{"id": "hhq-7", "net": -1.0}]
    assert [data["id"] for data in published.ui("POSITION_OPENED")] == ["hhq-7"]
    assert [data["id"] for data in published.ui("POSITION_CLOSED")] == ["hhq-7"]


def test_an_account_is_sent_again_only_when_it_has_changed() -> None:
    published = Published(LatestScan())
    published.become(state(asked_ms=1))
    assert mirrored(published.hub.accounts).fields["accounts"] == {"hhq": {"equity": None, "asked": 1}}
    sequence = published.hub.accounts.sequence
    published.become(state((position(7),), asked_ms=1))
    assert published.hub.accounts.sequence == sequence
    published.become(state(asked_ms=2))
    assert mirrored(published.hub.accounts).fields["accounts"] == {"hhq": {"equity": None, "asked": 2}}


def test_log_lines_reach_the_channel_while_the_publisher_runs() -> None:
    published = Published(LatestScan())

    async def work() -> None:
        task = asyncio.create_task(published.publisher.run())
        await asyncio.sleep(0)
        logging.getLogger("companion.test").warning("weight %d", 12)
        logging.getLogger("elsewhere").warning("not ours")
        async with asyncio.timeout(10):
            while not published.hub.logs.sequence:
                await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(work())
    lines = mirrored(published.hub.logs).entries["logs"]
    assert [(line["level"], line["message"]) for line in lines] == [("WARNING", "weight 12")]
    assert published.log not in logging.getLogger("companion").handlers


def test_a_scan_is_published_one_piece_in_each_turn_of_the_event_loop(
    market: FedMarket, bar: int, tmp_path: Path
) -> None:
    latest_scan, at_once = scanned(market, bar, tmp_path)
    published = Published(latest_scan)
    pieces: list[int] = []

    async def others() -> None:
        """Has a turn of the loop between any two pieces."""
        while not published.hub.funnel.sequence:
            pieces.append(published.hub.opportunities.sequence + published.hub.signals.sequence)
            await asyncio.sleep(0)

    async def scene() -> None:
        task = asyncio.create_task(published.publisher.run())
        async with asyncio.timeout(20):
            await others()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(scene())
    # Coins, then signals, then the funnel: each was there before the next was made.
    assert sorted(set(pieces)) == [0, 1, 2]
    assert len(pieces) > 6
    assert published.hub.opportunities.first_frame() == at_once.hub.opportunities.first_frame()
