"""Columns, explanations and live views of a real scan."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from companion.offline.data_folder import DataFolder
from companion.scanner.columns import NAMES
from companion.scanner.explained import explained
from companion.scanner.latest_scan import Scan
from companion.scanner.live import LiveValues, live_view, would_be
from hhq.digest import digest_text
from hhq.explain.tree import Explanation
from hhq.features.catalogue import Feature
from hhq.gates import Gate
from hhq.layers import LAYERS
from hhq.panel import RecordedRows
from tests.in_loop import in_loop
from tests.scanner.fed_market import COLUMN, Bench, FedMarket, close_ms, eager

pytestmark = pytest.mark.compiled
NOW, OLDEST = 1_000_000_000_000, 30_000


@pytest.fixture(scope="module")
def seen(generated_folder: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> tuple[FedMarket, Scan]:
    """A scan with several candidates on both sides, and the market it was made from."""
    market = FedMarket(generated_folder)
    bar = market.panel.first_bar + COLUMN
    market.backfill(bar)
    scans: list[Scan] = []

    @in_loop
    async def scan_once() -> None:
        bench = Bench(market, tmp_path_factory.mktemp("readers"), settings=eager())
        async with bench.running(close_ms(bar) + 1_000) as driven:
            scans.append(driven.scan)

    scan_once()
    assert np.count_nonzero(scans[0].decisions.side) >= 2
    return market, scans[0]


@pytest.fixture
def scan(seen: tuple[FedMarket, Scan]) -> Scan:
    return seen[1]


def test_columns_hold_the_decisions_and_none_where_something_is_not_available(scan: Scan) -> None:
    columns = scan.columns
    assert {len(columns[name]) for name in NAMES} == {len(scan.pairs)} == {len(columns)}
    for row, coin in enumerate(columns):
        assert coin == columns.coin(row)
        assert coin.pair == scan.pairs[row]
        assert coin.symbol == coin.pair.split("/")[0] + "USDT"
        assert coin.gate == Gate(int(scan.decisions.gate[row, 0])).name
        assert coin.rank == scan.rank[row]
        assert coin.side == {1: "LONG", -1: "SHORT", 0: None}[int(scan.decisions.side[row, 0])]
        assert coin.imbalance is coin.spread_pct is None, "nothing was recorded"
        assert (coin.score is None) == (coin.raw is None) == (coin.points is None) == (coin.side is None)
        digest = scan.digests[row]
        assert coin.digest == (None if math.isnan(digest) else digest_text(float(digest)))
        for value in (getattr(coin, name) for name in NAMES):
            assert not isinstance(value, float) or math.isfinite(value)


def test_an_explanation_says_the_same_as_the_columns_with_levels_at_the_entry_price(scan: Scan) -> None:
    sided = [coin for coin in scan.columns if coin.side is not None]
    assert list(scan.columns.sided()) == sided
    for coin in sided:
        tree = explained(scan, coin.symbol)
        assert isinstance(tree, Explanation)
        assert repr(tree) == repr(explained(scan, coin.pair))
        assert (tree.gate.name, tree.closed_at) == (coin.gate, scan.close_ms)
        candidate = tree.candidate
        assert candidate is not None
        assert candidate.levels.stop_price == coin.stop_price
        assert candidate.levels.target_price == coin.target_price
        assert candidate.entry.entry_price == coin.entry_price
        assert candidate.leverage.leverage == coin.leverage or coin.leverage is None
        assert coin.points is not None
        assert len(coin.points) == len(LAYERS)
    assert explained(scan, "NOBODY") is None
    assert explained(scan, "btcusdt") is None


def rows_of(scan: Scan, **values: float) -> RecordedRows:
    coins = len(scan.pairs)
    given = {name: np.full((coins, 1), value) for name, value in values.items()}
    return replace(RecordedRows.not_available(coins, 1), **given)


def test_the_live_score_is_what_the_decision_would_be_and_the_decision_stays(
    seen: tuple[FedMarket, Scan],
) -> None:
    market, scan = seen
    market.tickers(NOW)
    quiet = LiveValues.of(market.memory, rows_of(scan), len(scan.pairs), NOW, OLDEST)
    np.testing.assert_array_equal(would_be(scan, quiet).signals.score, scan.decisions.signals.score)
    before = scan.decisions.gate.copy()
    sided = np.flatnonzero(scan.decisions.side[:, 0] > 0)
    pushed = LiveValues.of(
        market.memory, rows_of(scan, imbalance=20.0, spread_pct=0.02), len(scan.pairs), NOW, OLDEST
    )
    decisions = would_be(scan, pushed)
    gained = decisions.spread(decisions.signals.raw) - scan.decisions.spread(scan.decisions.signals.raw)
    assert (gained[sided, 0] == 20.0).all(), (
        "layer 2 gives 20 points for an order book that leans to the side"
    )
    np.testing.assert_array_equal(scan.decisions.gate, before)


def test_a_view_names_the_coins_that_have_moved_and_there_is_none_without_any(
    seen: tuple[FedMarket, Scan],
) -> None:
    market, scan = seen
    coins = len(scan.pairs)
    market.tickers(NOW)

    def now(at: int = NOW) -> LiveValues:
        return LiveValues.of(market.memory, rows_of(scan, spread_pct=0.02), coins, at, OLDEST)

    first = live_view(scan, now(), None, NOW)
    assert first is not None
    assert first.changed.tolist() == list(range(coins))
    assert live_view(scan, now(), first, NOW + 1_000) is None
    row = market.row("SOL/USDT:USDT")
    market.memory.live.last_price[row] *= 1.01
    second = live_view(scan, now(), first, NOW + 1_000)
    assert second is not None
    assert (second.number, second.changed.tolist()) == (first.number + 1, [row])
    assert second.price[row] == market.memory.live.last_price[row]
    other = replace(scan, bar=scan.bar + 1)
    third = live_view(other, now(), second, NOW + 2_000)
    assert third is not None
    assert third.changed.size == coins


def test_old_tickers_are_not_available_and_stale_coins_are_marked(seen: tuple[FedMarket, Scan]) -> None:
    market, scan = seen
    market.tickers(NOW)
    row = market.row("SOL/USDT:USDT")
    market.memory.live.ticker_ms[row] = NOW - OLDEST - 1
    view = live_view(scan, LiveValues.of(market.memory, None, len(scan.pairs), NOW, OLDEST), None, NOW)
    assert view is not None
    assert math.isnan(view.price[row])
    assert np.flatnonzero(view.stale).tolist() == sorted(market.memory.stale)
    assert np.isnan(view.spread_pct).all(), "no book ticker has come"
    np.testing.assert_array_equal(view.score, scan.decisions.spread(scan.decisions.signals.score)[:, 0])


def test_without_a_recorder_the_book_is_shown_and_changes_no_decision(seen: tuple[FedMarket, Scan]) -> None:
    market, scan = seen
    market.tickers(NOW)
    live, row = market.memory.live, market.row("SOL/USDT:USDT")
    live.bid[row], live.ask[row], live.bid_quantity[row], live.ask_quantity[row] = 99.0, 101.0, 30.0, 10.0
    live.book_ms[row] = NOW
    values = LiveValues.of(market.memory, None, len(scan.pairs), NOW, OLDEST)
    live.book_ms[row] = 0
    assert (values.spread_pct[row], values.imbalance[row]) == (2.0, 50.0)
    assert np.isnan(np.delete(values.spread_pct, row)).all()
    assert would_be(scan, values) is scan.decisions


def test_the_distance_to_the_entry_price_is_what_the_market_still_has_to_move(
    seen: tuple[FedMarket, Scan],
) -> None:
    market, scan = seen
    market.tickers(NOW)
    view = live_view(scan, LiveValues.of(market.memory, None, len(scan.pairs), NOW, OLDEST), None, NOW)
    assert view is not None
    pullback = scan.decisions.spread(scan.decisions.signals.pullback)[:, 0] * 100.0
    np.testing.assert_allclose(view.distance_pct, pullback, rtol=1e-9)
    np.testing.assert_array_equal(np.isnan(view.distance_pct), scan.decisions.side[:, 0] == 0)
    assert scan.block[Feature.CLOSE].shape == (len(scan.pairs), 1)
