"""The pair list from scan to scan, as bots read it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from companion.settings.scanner import ScannerSettings
from tests.in_loop import in_loop
from tests.scanner.fed_market import Bench, FedMarket, close_ms

pytestmark = pytest.mark.compiled
RULES = ScannerSettings(pairlist_size=5, pairlist_spare=0)


def listed(bench: Bench) -> list[str]:
    content = json.loads((bench.root / bench.rules.pairlist_file).read_text())
    assert content["refresh_period"] == bench.rules.pairlist_refresh_seconds
    pairs: list[str] = content["pairs"]
    return pairs


@in_loop
async def test_the_first_list_takes_the_place_of_the_seed_and_the_body_is_the_file(
    market: FedMarket, bar: int, tmp_path: Path
) -> None:
    bench = Bench(market, tmp_path, rules=RULES)
    seed = (tmp_path / RULES.pairlist_seed).read_bytes()
    async with bench.running(close_ms(bar) + 1_000) as driven:
        status = driven.scanner.status.pair_list
        body = driven.scanner.pair_list()
    pairs = listed(bench)
    assert body == {"pairs": pairs, "refresh_period": RULES.pairlist_refresh_seconds}
    assert len(pairs) == 5 == status.size
    assert "BTC/USDT:USDT" in pairs
    assert "NOT/LISTED:USDT" not in pairs, "what the exchange does not list is not kept"
    assert (tmp_path / RULES.pairlist_seed).read_bytes() == seed


@in_loop
async def test_a_position_stays_on_the_list_even_while_the_bot_cannot_be_asked(
    market: FedMarket, bar: int, tmp_path: Path
) -> None:
    answers: list[frozenset[str] | None] = [frozenset({"PENGU/USDT:USDT"})]
    rules = RULES.model_copy(update={"pairlist_minutes": 0.0})
    bench = Bench(market, tmp_path, rules=rules, open_pairs=lambda: answers[-1])
    async with bench.running(close_ms(bar) + 1_000) as driven:
        assert "PENGU/USDT:USDT" in listed(bench)
        answers.append(None)
        for step in (1, 2):
            await driven.turn(299.0 if step == 1 else 299.9)
            market.close(bar + step)
            await driven.turn(0.1)
            assert "PENGU/USDT:USDT" in listed(bench)
            assert not driven.scanner.status.pair_list.positions_known
        answers.append(frozenset())
        await driven.turn(299.9)
        market.close(bar + 3)
        await driven.turn(0.1)
        assert driven.scanner.status.pair_list.positions_known
        assert driven.scanner.status.pair_list.held == 0


@in_loop
async def test_a_scan_without_a_fresh_coin_leaves_the_list_as_it_is(
    market: FedMarket, bar: int, tmp_path: Path
) -> None:
    bench = Bench(market, tmp_path, rules=RULES)
    async with bench.running(close_ms(bar) + 1_000) as driven:
        before = listed(bench)
        market.memory.stale.update(range(market.panel.coins))
        market.close(bar + 1)
        await driven.turn(300.0 * 13)
        assert not driven.scan.fresh.any()
        assert listed(bench) == before


@in_loop
async def test_a_list_that_cannot_be_written_is_reported_and_written_with_the_next_scan(
    market: FedMarket, bar: int, tmp_path: Path
) -> None:
    bench = Bench(market, tmp_path, rules=RULES)
    path = tmp_path / RULES.pairlist_file
    path.mkdir(parents=True)
    async with bench.running(close_ms(bar) + 1_000) as driven:
        assert driven.scanner.status.pair_list.problem
        assert driven.scan.fresh.any(), "the scan does not depend on it"
        path.rmdir()
        await driven.turn(298.9)
        market.close(bar + 1)
        await driven.turn(0.2)
        assert driven.scanner.status.pair_list.problem == ""
        assert len(listed(bench)) == 5


@in_loop
async def test_a_list_waits_until_bots_may_load_what_is_new_on_it(
    market: FedMarket, bar: int, tmp_path: Path
) -> None:
    """Bots load all of it at once: next to the first backfill, the exchange would turn both away."""
    asked: list[int] = []
    room = False

    def may_add(coins: int) -> bool:
        asked.append(coins)
        return room

    bench = Bench(market, tmp_path, rules=RULES, may_add=may_add)
    file, seed = (tmp_path / name for name in (RULES.pairlist_file, RULES.pairlist_seed))
    async with bench.running(close_ms(bar) + 1_000) as driven:
        assert file.read_bytes() == seed.read_bytes()
        assert driven.scanner.pair_list()["pairs"] == ["BTC/USDT:USDT", "NOT/LISTED:USDT"]
        waiting = driven.scanner.status.pair_list.waiting
        assert waiting in (4, 5)
        assert asked == [waiting]
        await driven.turn(2.0)
        assert file.read_bytes() == seed.read_bytes()
        room = True
        await driven.turn(2.0)
        assert "NOT/LISTED:USDT" not in listed(bench)
        assert driven.scanner.status.pair_list.waiting == 0
        assert set(asked) == {waiting}
        count = len(asked)
        await driven.turn(60.0)
        assert len(asked) == count, "nothing is new"
