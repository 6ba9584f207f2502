"""A coin whose delisting is announced, as the scanner shows it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from companion.market.universe import Coin
from companion.scanner.explained import explained, row_of
from companion.scanner.latest_scan import Scan
from companion.settings.scanner import ScannerSettings
from hhq.coins import ContractType
from hhq.explain.gate_step import Outcome
from hhq.gates import Gate
from tests.in_loop import in_loop
from tests.scanner.fed_market import Bench, FedMarket, close_ms, eager

pytestmark = pytest.mark.compiled
PAIR = "SOL/USDT:USDT"


def change(market: FedMarket, **facts: float | ContractType) -> None:
    """Take in a listing in which the coin has other facts."""
    coins: list[Coin] = [
        replace(coin, **facts) if coin.pair == PAIR else coin  # type: ignore[arg-type]  # fields of Coin
        for coin in market.memory.universe.coins
    ]
    market.memory.update_listings(coins)


async def scanned(market: FedMarket, bar: int, root: Path, held: frozenset[str] = frozenset()) -> Scan:
    bench = Bench(
        market, root, settings=eager(), rules=ScannerSettings(pairlist_size=20), open_pairs=lambda: held
    )
    async with bench.running(close_ms(bar) + 1_000) as driven:
        return driven.scan


def listed(root: Path) -> list[str]:
    text = (root / ScannerSettings().pairlist_file).read_text()
    return [part for part in text.split('"') if part.endswith(":USDT")]


@in_loop
async def test_the_coin_ends_at_its_gate_ranks_last_and_leaves_the_pair_list(
    market: FedMarket, bar: int, tmp_path: Path
) -> None:
    before = await scanned(market, bar, tmp_path / "before")
    change(market, delivery_ms=close_ms(bar) + 45 * 60_000.0)
    scan = await scanned(market, bar, tmp_path / "after")
    row = row_of(scan, PAIR)
    assert row is not None
    assert scan.columns.coin(row).gate == Gate.DELISTING.name
    assert scan.columns.coin(row).side is None
    never = np.isin(scan.decisions.gate[:, 0], [Gate.EXCLUDED, Gate.DELISTING])
    assert scan.rank[row] > len(scan.pairs) - never.sum()
    assert (PAIR in listed(tmp_path / "before"), PAIR in listed(tmp_path / "after")) == (True, False)
    np.testing.assert_array_equal(scan.digests, before.digests)


@in_loop
async def test_a_held_coin_stays_on_the_pair_list_until_it_is_closed(
    market: FedMarket, bar: int, tmp_path: Path
) -> None:
    change(market, delivery_ms=close_ms(bar) + 45 * 60_000.0)
    await scanned(market, bar, tmp_path, frozenset({PAIR}))
    assert PAIR in listed(tmp_path)


@in_loop
async def test_the_coins_explanation_names_the_dates(market: FedMarket, bar: int, tmp_path: Path) -> None:
    change(market, delivery_ms=close_ms(bar) + 45 * 60_000.0)
    found = explained(await scanned(market, bar, tmp_path), PAIR)
    assert found is not None
    assert found.gate is Gate.DELISTING
    assert "no entries from" in found.reason
    step = next(step for step in found.steps if step.gate is Gate.DELISTING)
    assert step.outcome is Outcome.STOPPED


@in_loop
async def test_a_coin_whose_type_is_no_longer_traded_is_stopped_at_once(
    market: FedMarket, bar: int, tmp_path: Path
) -> None:
    change(market, contract_type=ContractType.TRADIFI_PERPETUAL)
    found = explained(await scanned(market, bar, tmp_path), PAIR)
    assert found is not None
    assert found.gate is Gate.CONTRACT_TYPE
    assert PAIR not in listed(tmp_path)
