"""What a contract allows: no entries before a delivery, none in types that are not traded; digests know nothing of it."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest

from hhq.coins import CoinTable, ContractType
from hhq.contracts import (
    Contract,
    closing_begins_ms,
    contract_gate,
    delisting_detail,
    delisting_is_near,
    entries_end_ms,
    is_a_date,
    with_contracts,
)
from hhq.decide import Decisions, decide
from hhq.decision_rows import decision_digests, decision_rows
from hhq.features.catalogue import FeatureBlock
from hhq.gates import Gate
from hhq.language import Language
from hhq.panel import CANDLE_MS
from hhq.settings import HHQSettings, parse
from tests.hhq.one_candle import NOON, block, market

CLOSE_MS = (NOON + 1) * CANDLE_MS
HOUR, DAY = 3_600_000, 86_400_000
NO_END = 4_133_404_800_000.0
FETUSDT = 4_133_408_400_000.0
"""What the exchange gives FETUSDT: 2100-12-25 09:00 UTC, an hour after all others."""
SETTINGS = HHQSettings()
TRADIFI = ContractType.TRADIFI_PERPETUAL


def with_section(**sections: Mapping[str, object]) -> HHQSettings:
    return parse(HHQSettings, sections)


TRADED = with_section(signal={"contracts": {"types": ["PERPETUAL", "TRADIFI_PERPETUAL"]}})


def gate_at(delivery_ms: float, at_ms: float = CLOSE_MS, settings: HHQSettings = SETTINGS) -> Gate | None:
    return contract_gate(Contract(delivery_ms=delivery_ms), at_ms, settings)


def two_coins(delivery_ms: float, *, bars: int = 1) -> tuple[FeatureBlock, CoinTable]:
    one = block(bars=bars)
    both = FeatureBlock(
        ("SOL/USDT:USDT", "BTC/USDT:USDT"),
        one.first_bar,
        np.repeat(one.values, 2, axis=1),
        np.repeat(one.history, 2, axis=0),
    )
    unknown = np.full(2, math.nan)
    types = np.zeros(2, dtype=np.int8)
    table = CoinTable(
        both.symbols, np.full(2, 0.001), unknown, unknown, types, np.array([delivery_ms, NO_END])
    )
    return both, table


def decided(delivery_ms: float, *, bars: int = 1) -> tuple[Decisions, Decisions]:
    """The market decision on two accepted coins, of which the first is delivered; and what the contracts leave of it."""
    both, coins = two_coins(delivery_ms, bars=bars)
    before = decide(both, market(bars=bars), coins, SETTINGS)
    return before, with_contracts(before, coins, SETTINGS)


@pytest.mark.parametrize("notice_ms", [45 * 60_000, 2 * DAY, 3 * DAY])
def test_nothing_is_entered_in_the_last_three_days_of_a_contract(notice_ms: int) -> None:
    assert gate_at(CLOSE_MS + notice_ms) is Gate.DELISTING


@pytest.mark.parametrize("delivery_ms", [CLOSE_MS + 3 * DAY + 1, NO_END, FETUSDT, math.nan])
def test_a_date_that_is_not_near_stops_nothing(delivery_ms: float) -> None:
    assert gate_at(delivery_ms) is None


def test_a_contract_whose_date_has_passed_is_not_entered() -> None:
    assert gate_at(CLOSE_MS - HOUR) is Gate.DELISTING


@pytest.mark.parametrize(("days", "near"), [(2.9, True), (3.1, False), (-1.0, True), (math.nan, False)])
def test_a_delivery_is_near_when_nothing_is_entered_any_more(days: float, near: bool) -> None:
    assert delisting_is_near(CLOSE_MS + days * DAY, CLOSE_MS, SETTINGS) is near


def test_the_days_are_a_setting() -> None:
    week = with_section(signal={"contracts": {"delisting_days": 7}})
    assert gate_at(CLOSE_MS + 6 * DAY, settings=week) is Gate.DELISTING
    assert gate_at(CLOSE_MS + 8 * DAY, settings=week) is None


def test_entries_end_before_positions_are_closed_whatever_the_settings() -> None:
    late = with_section(signal={"contracts": {"delisting_days": 0}}, exits={"delisting": {"hours": 5.0}})
    assert gate_at(CLOSE_MS + 5 * HOUR, settings=late) is Gate.DELISTING
    assert gate_at(CLOSE_MS + 5 * HOUR + 1, settings=late) is None
    never = with_section(signal={"contracts": {"delisting_days": 0}}, exits={"delisting": {"enabled": False}})
    assert gate_at(CLOSE_MS + 1, settings=never) is None
    assert math.isnan(closing_begins_ms(CLOSE_MS, never.exits.delisting))
    assert closing_begins_ms(CLOSE_MS, SETTINGS.exits.delisting) == CLOSE_MS - 2 * HOUR
    assert float(entries_end_ms(CLOSE_MS, SETTINGS)) == CLOSE_MS - 3 * DAY


@pytest.mark.parametrize("kind", [TRADIFI, ContractType.OTHER])
def test_other_contract_types_are_not_entered_unless_a_setting_says_so(kind: ContractType) -> None:
    assert contract_gate(Contract(kind), CLOSE_MS, SETTINGS) is Gate.CONTRACT_TYPE
    traded = contract_gate(Contract(kind), CLOSE_MS, TRADED)
    assert traded is (None if kind is TRADIFI else Gate.CONTRACT_TYPE)
    assert contract_gate(Contract(TRADIFI, CLOSE_MS + HOUR), CLOSE_MS, TRADED) is Gate.DELISTING


def test_a_name_that_the_core_does_not_know_is_another_type() -> None:
    assert ContractType.named("PERPETUAL") is ContractType.PERPETUAL
    assert ContractType.named("TRADIFI_PERPETUAL") is TRADIFI
    assert ContractType.named("CURRENT_QUARTER") is ContractType.named("") is ContractType.OTHER


def test_a_stopped_coin_loses_side_and_signal_and_the_others_keep_theirs() -> None:
    before, after = decided(CLOSE_MS + HOUR)
    assert before.gate.tolist() == [[Gate.SCORE_PASS], [Gate.SCORE_PASS]]
    assert after.gate.tolist() == [[Gate.DELISTING], [Gate.SCORE_PASS]]
    assert after.side.tolist() == [[0], [1]]
    assert after.accepted().tolist() == [[False], [True]]
    assert after.signals.coin.tolist() == [1]
    assert after.signals.points.shape == (before.signals.points.shape[0], 1)
    assert after.signals.score.tolist() == before.signals.score[1:].tolist()
    assert after.threshold.tolist() == before.threshold.tolist()


def test_only_the_candles_that_close_in_the_last_days_are_stopped() -> None:
    _, after = decided(CLOSE_MS + CANDLE_MS + 3 * DAY, bars=3)
    assert after.gate[0].tolist() == [Gate.SCORE_PASS, Gate.DELISTING, Gate.DELISTING]


def test_without_a_near_date_the_decisions_stay_the_same_object() -> None:
    for delivery_ms in (math.nan, NO_END, FETUSDT):
        before, after = decided(delivery_ms)
        assert after is before


def test_an_excluded_coin_stays_excluded() -> None:
    settings = with_section(signal={"excluded_coins": ["SOL"]})
    both, coins = two_coins(CLOSE_MS + HOUR)
    after = with_contracts(decide(both, market(), coins, settings), coins, settings)
    assert after.gate[:, 0].tolist() == [Gate.EXCLUDED, Gate.SCORE_PASS]


def test_whoever_knows_of_a_delivery_has_the_digest_of_whoever_does_not() -> None:
    digests = []
    for delivery_ms in (CLOSE_MS + HOUR, math.nan):
        both, coins = two_coins(delivery_ms)
        decisions = decide(both, market(), coins, SETTINGS)
        digests.append(decision_digests(both, decision_rows(decisions), 7).tolist())
    assert digests[0] == digests[1]


def test_the_dates_are_told_in_words() -> None:
    assert delisting_detail(1_796_055_110_724.0, SETTINGS).told(Language.ENGLISH) == (
        "delivery 2026-11-30 16:11 UTC, no entries from 2026-11-27 16:11 UTC, positions are closed from 2026-11-30 14:11 UTC"
    )
    off = with_section(exits={"delisting": {"enabled": False}})
    assert "positions" not in delisting_detail(1_796_055_110_724.0, off).told(Language.ENGLISH)
    for without in (math.nan, NO_END, FETUSDT):
        assert delisting_detail(without, SETTINGS).told(Language.ENGLISH) == "no delivery is announced"
        assert not is_a_date(without)


def test_the_table_of_one_coin_keeps_its_contract() -> None:
    _, coins = two_coins(CLOSE_MS + HOUR)
    alone = coins.one(0)
    assert (alone.symbols, alone.delivery_ms.tolist()) == (("SOL/USDT:USDT",), [CLOSE_MS + HOUR])
    assert alone.contract_type.dtype == np.int8
    with pytest.raises(IndexError):
        coins.one(2)
