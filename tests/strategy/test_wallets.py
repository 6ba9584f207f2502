"""The equity of the bot's wallet: proxy coins, wallets that hold nothing, deposits and withdrawals."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from freqtrade.wallets import Wallets

from hhq_freqtrade.account.stored import stored_account
from tests.strategy.closed_trades import closed_trade, lines, locks
from tests.strategy.rig import SIGNAL_AT, SIGNAL_PAIR, Rig


def stored(rig: Rig) -> dict[str, Any]:
    (path,) = (rig.user_data / "hhq").glob("bot-*.json")
    content: dict[str, Any] = json.loads(path.read_text())
    return content


@pytest.mark.parametrize(
    "extra",
    [
        {"margin_mode": "cross", "proxy_coin": "BNFCR"},
        {"margin_mode": "cross", "proxy_coin": "BFUSD"},
        # Freqtrade uses a proxy coin on cross margin only.
        {"margin_mode": "isolated", "proxy_coin": "BNFCR"},
    ],
)
def test_equity_is_read_from_the_coin_that_freqtrade_keeps_the_wallet_in(
    rig: Rig, extra: Mapping[str, Any]
) -> None:
    with rig.bot(SIGNAL_AT, **extra) as bot:
        bot.loop()
        assert bot.strategy.run.account.equity(bot.now) == 10_000.0
        assert locks(bot) == []
        assert [trade.pair for trade in bot.trades()] == [SIGNAL_PAIR]


@pytest.mark.parametrize(
    "extra",
    [
        {"dry_run_wallet": 0},
        {"margin_mode": "cross", "proxy_coin": "BNFCR", "dry_run_wallet": 0},
    ],
)
def test_a_wallet_that_holds_nothing_is_not_known_and_nothing_is_entered_and_nothing_locked(
    rig: Rig, extra: Mapping[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with rig.bot(SIGNAL_AT, **extra) as bot:
        for _ in range(3):
            bot.loop()
        account = bot.strategy.run.account
        assert math.isnan(account.equity(bot.now))
        assert account.peak.days == ()
        assert locks(bot) == []
        assert bot.trades() == []
        assert not bot.strategy.failures
        assert bot.strategy.run.loop.guards_answered
    coin = extra.get("proxy_coin", "USDT")
    assert lines(caplog.messages, "EQUITY") == [
        f"EQUITY: unknown, the wallet holds no {coin}: nothing is entered"
    ]
    assert lines(caplog.messages, f"BLOCKED: {SIGNAL_PAIR}") == [
        f"BLOCKED: {SIGNAL_PAIR} LONG EQUITY the wallet is empty or not known"
    ]
    assert (stored(rig)["peak_equity"], stored(rig)["daily_loss"], stored(rig)["transfers"]) == (
        [],
        None,
        None,
    )


def test_what_other_coins_hold_beside_the_wallet_is_not_equity(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT, margin_mode="cross", proxy_coin="BNFCR") as bot:
        for held, equity in (({"BNFCR": 8_000.0, "USDT": 5.0}, 8_000.0), ({"USDT": 10_000.0}, math.nan)):
            # Freqtrade cannot merge a wallet of several coins into a layer below that names one number.
            bot.freqtrade.config["dry_run_wallet"] = held
            bot.strategy.wallets = bot.freqtrade.wallets = Wallets(
                bot.freqtrade.config, bot.freqtrade.exchange
            )
            bot.loop()
            assert bot.strategy.run.account.equity(bot.now) == pytest.approx(equity, nan_ok=True)
            assert locks(bot) == []
        assert bot.strategy.run.account.transfers.capital == 8_000.0
        assert not bot.strategy.failures


def test_a_wallet_that_is_empty_for_a_while_locks_nothing_when_it_is_back(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        bot.loop()
    with rig.bot(SIGNAL_AT + timedelta(minutes=1), dry_run_wallet=0) as bot:
        bot.loop()
        assert locks(bot) == []
    with rig.bot(SIGNAL_AT + timedelta(minutes=2)) as bot:
        bot.loop()
        assert locks(bot) == []
        assert bot.strategy.run.account.transfers.units == 1.0
    assert lines(caplog.messages, "TRANSFER") == []


def test_a_withdrawal_while_the_bot_was_off_is_no_loss_and_sizes_what_follows(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        bot.loop()
    with rig.bot(SIGNAL_AT + timedelta(minutes=1), dry_run_wallet=9_000) as bot:
        bot.loop()
        account, now = bot.strategy.run.account, bot.now
        assert locks(bot) == []
        assert account.equity(now) == 9_000.0
        assert account.view(now).equity == account.view(now).peak_equity == 9_000.0
        assert lines(caplog.messages, "TRANSFER") == [
            "TRANSFER: withdrawal of 1000.00 USDT, equity now 9000.00"
        ]
        closed_trade(now, -460.0, "MANUAL", "A/USDT:USDT")
        bot.freqtrade.wallets.update()
        bot.loop()
        assert ("*", "DAILY_LOSS") in locks(bot)
        assert account.view(bot.now).peak_equity == 9_000.0


def test_a_deposit_while_the_bot_was_off_hides_no_loss_even_of_trades_that_were_closed_meanwhile(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        bot.loop()
        closed_trade(bot.now, -600.0, "SL_HIT", "A/USDT:USDT")
    with rig.bot(SIGNAL_AT + timedelta(minutes=1), dry_run_wallet=15_000) as bot:
        bot.loop()
        assert ("*", "DAILY_LOSS") in locks(bot)
        view = bot.strategy.run.account.view(bot.now)
        assert view.equity == 14_400.0
        assert view.equity / view.peak_equity == pytest.approx(0.94)
    assert lines(caplog.messages, "TRANSFER") == ["TRANSFER: deposit of 5000.00 USDT, equity now 14400.00"]


def test_the_stored_account_holds_units_and_capital(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        bot.loop()
    with rig.bot(SIGNAL_AT + timedelta(minutes=1), dry_run_wallet=5_000) as bot:
        bot.loop()
        transfers = bot.strategy.run.account.transfers
        assert transfers.capital == 5_000.0
        assert transfers.units == pytest.approx(0.5)
        assert stored_account(bot.strategy.run.file).transfers == transfers
    assert stored(rig)["transfers"] == {"capital": 5_000.0, "units": transfers.units}


def test_what_an_earlier_version_has_stored_begins_without_transfers(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        bot.loop()
    (path,) = (rig.user_data / "hhq").glob("bot-*.json")
    content = json.loads(path.read_text())
    del content["transfers"]
    Path(path).write_text(json.dumps(content))
    with rig.bot(SIGNAL_AT + timedelta(minutes=1), dry_run_wallet=9_900) as bot:
        bot.loop()
        account = bot.strategy.run.account
        assert (account.transfers.capital, account.transfers.units) == (9_900.0, 1.0)
        assert account.peak.value == 10_000.0
