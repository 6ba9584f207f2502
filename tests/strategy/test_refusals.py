"""Refused entries and cancelled orders as the log shows them: one line each, gate and reason once."""

from __future__ import annotations

import logging
from dataclasses import FrozenInstanceError
from datetime import timedelta

import numpy as np
import pytest

from hhq.coins import ContractType
from hhq.contracts import Contract
from hhq.entry import EntryCancel
from hhq.gates import Gate
from hhq.leverage.position import PositionPlan, PositionRequest, solve_position
from hhq.liquidation import LeverageTiers
from hhq.settings import HHQSettings
from hhq.sizing import AccountRoom
from hhq_freqtrade.entry.refusals import (
    Cancellation,
    Cause,
    EntryRefusal,
    OrderFault,
    RefusalLog,
    contract_refusal,
)
from tests.strategy.rig import SIGNAL_AT, Rig

PAIR = "SOL/USDT:USDT"
SETTINGS = HHQSettings()
TIERS = LeverageTiers(*(np.array([value]) for value in (0.0, 1e9, 50.0, 0.01, 0.0)))


def solved(room: AccountRoom, product: float = 10.0) -> PositionPlan:
    request = PositionRequest(1, 100.0, 2.0, 50.0, product, 5.0)
    return solve_position(request, room, TIERS, SETTINGS.exits.kill_switch.first(), SETTINGS.leverage)


FULL, FREE = AccountRoom(-1.0, 1e6, 1e6, 1e6), AccountRoom(1e6, 1e6, 1e6, 1e6)


def by_contract(contract: Contract) -> EntryRefusal:
    refusal = contract_refusal(contract, SIGNAL_AT, SETTINGS)
    assert refusal is not None
    return refusal


IN_45_MINUTES = (SIGNAL_AT + timedelta(minutes=45)).timestamp() * 1000.0
LINES = [
    (EntryRefusal(Cause.NO_CANDLES), "DATA the candles of this pair are missing or old"),
    (EntryRefusal(Cause.NO_SIGNAL), "NO_SIGNAL no accepted signal at this candle"),
    (EntryRefusal(Cause.SCORE_LOW, 61.6, 68.0), "SCORE_LOW with the account 62 < 68"),
    (EntryRefusal(Cause.EQUITY_UNKNOWN), "EQUITY the wallet is empty or not known"),
    (EntryRefusal(Cause.NO_TIERS), "LEVERAGE the exchange names no leverage tiers for this pair"),
    (EntryRefusal(Cause.NOT_SOLVED, position=solved(FULL)), "TOTAL_MARGIN total margin: nothing left"),
    (EntryRefusal(Cause.NOT_SOLVED, position=solved(FREE, np.nan)), "NO_LEVERAGE no leverage known"),
    (EntryRefusal(Cause.OTHER_LEVERAGE, 7.0, 9.0), "LEVERAGE Freqtrade would use 7, not 9"),
    (EntryRefusal(Cause.BELOW_MINIMUM, 4.9, 5.125), "BELOW_MINIMUM margin 4.90 USDT is below 5.12 USDT"),
    (
        EntryRefusal(Cause.ABOVE_BALANCE, 120.0, 100.5),
        "BALANCE margin 120.00 USDT is above the 100.50 USDT that are free",
    ),
    (EntryRefusal(Cause.UNPROVEN, detail="too old (why)"), "EVIDENCE too old (why)"),
    (EntryRefusal(Cause.NOT_STORED, detail="/run has 3 MB free"), "DISK /run has 3 MB free"),
    (EntryRefusal(Cause.GUARDS_SILENT), "GUARD the guards could not be asked in this loop"),
    (EntryRefusal(Cause.LOCKED, detail="the pair is locked"), "GUARD the pair is locked"),
    (EntryRefusal(Cause.SIGNAL_USED), "INTERVAL this candle's signal was used"),
    (EntryRefusal(Cause.TOO_SOON, limit=60), "INTERVAL less than 60 s since the last accepted signal"),
    (
        by_contract(Contract(ContractType.TRADIFI_PERPETUAL)),
        "CONTRACT_TYPE TRADIFI_PERPETUAL; traded: PERPETUAL",
    ),
    (
        by_contract(Contract(delivery_ms=IN_45_MINUTES)),
        (
            "DELISTING delivery 2025-01-08 07:05 UTC, no entries from 2025-01-05 07:05 UTC, "
            "positions are closed from 2025-01-08 05:05 UTC"
        ),
    ),
    (
        EntryRefusal(Cause.BETTER_SIGNALS, 1, 1, ("A/USDT:USDT",)),
        "RANK 1 better signals for 1 free slots (A/USDT:USDT)",
    ),
    (
        EntryRefusal(Cause.BETTER_SIGNALS, 4, 4, tuple("ABCD")),
        "RANK 4 better signals for 4 free slots (A, B, C)",
    ),
]


@pytest.mark.parametrize(("refusal", "line"), LINES, ids=[refusal.cause.name for refusal, _ in LINES])
def test_a_refusal_reads_as_gate_and_reason(
    refusal: EntryRefusal, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "hhq.trace")
    RefusalLog(live=True).refused(PAIR, -1, 7, refusal)
    assert caplog.messages == [f"BLOCKED: {PAIR} SHORT {line}"]


def test_every_cause_has_a_line_here() -> None:
    assert {refusal.cause for refusal, _ in LINES} == set(Cause)


@pytest.mark.parametrize(
    ("cancellation", "reason"),
    [
        (Cancellation(OrderFault.FILLED_IN_PART), "filled in part"),
        (Cancellation(OrderFault.NO_CANDLES), "no candles to judge it by"),
        (Cancellation(EntryCancel.Z_FADED), "z score faded"),
        (Cancellation(EntryCancel.VETO, Gate.BTC_VETO), "veto for its side: BTC_VETO"),
        (Cancellation(EntryCancel.CONTRACT, Gate.DELISTING), "contract not entered: DELISTING"),
    ],
)
def test_a_cancelled_order_says_why(
    cancellation: Cancellation, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "hhq.trace")
    RefusalLog(live=True).cancelled(PAIR, 1, cancellation)
    assert caplog.messages == [f"BLOCKED: {PAIR} LONG ENTRY_CANCELLED {reason}"]


def test_a_refusal_is_logged_once_per_candle_and_gate(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "hhq.trace")
    log = RefusalLog(live=True)
    for candle, refusal in (
        (7, EntryRefusal(Cause.BETTER_SIGNALS, 1, 1, ("A",))),
        (7, EntryRefusal(Cause.BETTER_SIGNALS, 2, 2, ("A", "B"))),
        (7, EntryRefusal(Cause.SIGNAL_USED)),
        (7, EntryRefusal(Cause.TOO_SOON, limit=60)),
        (8, EntryRefusal(Cause.TOO_SOON, limit=60)),
    ):
        log.refused(PAIR, 1, candle, refusal)
    assert [text.split()[3] for text in caplog.messages] == ["RANK", "INTERVAL", "INTERVAL"]


def test_a_backtest_logs_no_refusals(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "hhq.trace")
    log = RefusalLog(live=False)
    log.refused(PAIR, 1, 7, EntryRefusal(Cause.NO_SIGNAL))
    log.cancelled(PAIR, 1, Cancellation(EntryCancel.EXPIRED))
    assert caplog.messages == []


def test_a_refusal_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        EntryRefusal(Cause.NO_SIGNAL).value = 1.0  # type: ignore[misc]  # what is tested


def test_an_entry_without_a_signal_is_refused_in_one_line(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        bot.loop()
        assert not bot.freqtrade.execute_entry(PAIR, 100.0, enter_tag="somebody")
        lines = [text for text in caplog.messages if text.startswith(f"BLOCKED: {PAIR}")]
    assert lines == [f"BLOCKED: {PAIR} LONG NO_SIGNAL no accepted signal at this candle"]


def test_looking_at_the_account_changes_nothing_and_a_try_to_enter_takes_its_equity_into_the_peak(
    rig: Rig,
) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        bot.loop()
        account, before = bot.strategy.run.account, bot.strategy.run.account.peak
        later = bot.now + timedelta(days=1)
        first, second = account.view(later), account.view(later)
        assert first == second
        assert account.peak == before
        bot.strategy.run.entries.leverage(PAIR, "long", bot.now, 20.0, "force_entry")
        assert account.peak == before
        account.restore(type(before)())
        bot.strategy.run.entries.leverage(PAIR, "long", bot.now, 20.0, "force_entry")
        assert account.peak.value == account.equity(bot.now)


def test_asking_for_a_state_that_was_not_taken_up_does_not_create_it(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        bot.until(lambda: any(trade.has_open_position for trade in bot.trades()))
        (trade,) = bot.trades()
        book = bot.strategy.run.book
        known = book.state(trade)
        book.drop(trade)
        with pytest.raises(KeyError):
            book.state(trade)
        assert not book.is_judged(trade, bot.now)
        np.testing.assert_array_equal(book.take_up(trade), known)
        np.testing.assert_array_equal(book.state(trade), known)
