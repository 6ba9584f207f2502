"""The equity of the bot's wallet: proxy coins, wallets that hold nothing, deposits and withdrawals."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from freqtrade.enums import RunMode
from freqtrade.persistence import Trade
from freqtrade.wallets import Wallets

from hhq_freqtrade.account.account import Account
from hhq_freqtrade.account.closed_trades import ClosedTrades
from hhq_freqtrade.account.stored import stored_account
from tests.strategy.closed_trades import closed_trade, locks
from tests.strategy.rig import SIGNAL_AT, SIGNAL_PAIR, Bot, Rig


def of(messages: list[str], word: str) -> list[str]:
    return [text for text in messages if text.startswith(word)]


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
    assert of(caplog.messages, "EQUITY") == [
        f"EQUITY: unknown, the wallet holds no {coin}: nothing is entered"
    ]
    assert of(caplog.messages, f"BLOCKED: {SIGNAL_PAIR}") == [
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
    assert of(caplog.messages, "TRANSFER") == []


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
        assert of(caplog.messages, "TRANSFER") == ["TRANSFER: withdrawal of 1000.00 USDT, equity now 9000.00"]
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
    assert of(caplog.messages, "TRANSFER") == ["TRANSFER: deposit of 5000.00 USDT, equity now 14400.00"]


@dataclass
class LiveAccount:
    """An account on Freqtrade's own wallets, whose exchange answers what the test says."""

    bot: Bot
    account: Account
    wallets: Wallets
    balances: dict[str, dict[str, float]]
    reopened: Callable[[], Account]

    def hold(self, total: float, coin: str = "USDT") -> None:
        """Let the exchange answer a wallet, as a refresh of Freqtrade's wallets sees it."""
        self.balances.clear()
        self.balances[coin] = {"free": total, "used": 0.0, "total": total}
        self.wallets.update()

    def observe(self) -> float:
        return self.account.observe(self.bot.now)


@pytest.fixture
def live(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveAccount]:
    with rig.bot(SIGNAL_AT) as bot:
        bot.loop(timedelta(hours=3))
        exchange = bot.freqtrade.exchange
        config = {**bot.freqtrade.config, "dry_run": False, "runmode": RunMode.LIVE}
        del config["dry_run_wallet"]
        balances: dict[str, dict[str, float]] = {}
        monkeypatch.setattr(exchange, "get_balances", lambda: balances)
        monkeypatch.setattr(exchange, "fetch_positions", list)
        wallets = Wallets({**config, "dry_run_wallet": 0}, exchange)
        context = replace(bot.strategy.context, config=config)
        attached: Any = SimpleNamespace(dp=bot.strategy.dp, wallets=wallets)

        def opened() -> Account:
            return Account(context, attached, bot.strategy.run.prices, ClosedTrades())

        yield LiveAccount(bot, opened(), wallets, balances, opened)


def test_live_results_are_no_transfers_and_transfers_are_no_results(
    live: LiveAccount, caplog: pytest.LogCaptureFixture
) -> None:
    live.hold(10_000.0)
    assert live.observe() == 10_000.0
    closed_trade(live.bot.now, -300.0, "SL_HIT", "A/USDT:USDT")
    live.hold(9_700.0)
    assert live.observe() == pytest.approx(9_700.0)
    assert of(caplog.messages, "TRANSFER") == []
    live.hold(4_850.0)
    assert live.observe() == pytest.approx(9_700.0)
    closed_trade(live.bot.now, -485.0, "SL_HIT", "B/USDT:USDT")
    live.hold(4_850.0)
    assert live.observe() == pytest.approx(8_730.0)
    assert of(caplog.messages, "TRANSFER") == [
        "TRANSFER: withdrawal of 4850.00 USDT, equity now 4850.00",
        "TRANSFER: deposit of 485.00 USDT, equity now 4850.00",
    ]


def test_live_an_unknown_wallet_is_no_withdrawal(live: LiveAccount, caplog: pytest.LogCaptureFixture) -> None:
    live.hold(10_000.0)
    live.observe()
    live.hold(5.0, coin="BNB")
    assert math.isnan(live.observe())
    assert math.isnan(live.observe())
    live.hold(10_000.0)
    assert live.observe() == 10_000.0
    assert of(caplog.messages, "TRANSFER") == []
    assert of(caplog.messages, "EQUITY") == [
        "EQUITY: unknown, the wallet holds no USDT: nothing is entered",
        "EQUITY: known again, 10000.00 USDT",
    ]


def test_live_an_open_position_is_counted_once_whatever_of_it_the_exchange_has_booked(
    live: LiveAccount,
) -> None:
    live.hold(10_000.0)
    live.observe()
    trade = open_trade(live.bot)
    fee = trade.open_rate * trade.amount * trade.fee_open
    live.hold(10_000.0 - fee)
    first = live.observe()
    assert first == pytest.approx(10_000.0 - 2.0 * fee, rel=1e-6)
    # Funding of 3 % of the equity: the exchange has booked it, Freqtrade knows it.
    trade.set_funding_fees(-300.0)
    Trade.commit()
    live.hold(10_000.0 - fee - 300.0)
    assert live.observe() == pytest.approx(first - 300.0)
    # It closes at its entry: the wallet lacks the exit's fee as well.
    trade.close_date = live.bot.now.replace(tzinfo=None)
    trade.is_open, trade.close_profit_abs = False, -2.0 * fee - 300.0
    Trade.commit()
    live.hold(10_000.0 - 2.0 * fee - 300.0)
    assert live.observe() == pytest.approx(first - 300.0)
    assert live.account.transfers.units == 1.0


def open_trade(bot: Bot) -> Trade:
    """Store an open LONG at the last price of its coin."""
    closed_trade(bot.now, 0.0, "", "OPEN/USDT:USDT")
    (trade,) = [trade for trade in Trade.get_trades_proxy(is_open=False) if trade.pair == "OPEN/USDT:USDT"]
    trade.is_open, trade.close_date, trade.close_profit_abs, trade.realized_profit = True, None, None, 0.0
    trade.orders[-1].filled = 0.0
    Trade.commit()
    assert isinstance(trade, Trade)
    return trade


def test_live_any_sequence_of_trades_and_transfers_has_the_drawdown_of_its_trades(
    live: LiveAccount, rig: Rig
) -> None:
    drawn = random.Random(7)
    wallet = alone = 10_000.0
    live.hold(wallet)
    live.observe()
    for number in range(60):
        result, transfer = drawn.uniform(-5.0, 5.0), drawn.choice((0.0, 0.0, -30.0, 2.0, 60.0))
        if drawn.random() < 0.7:
            closed_trade(live.bot.now, wallet * result / 100.0, "MANUAL", f"C{number}/USDT:USDT")
            alone *= 1.0 + result / 100.0
            wallet *= 1.0 + result / 100.0
        wallet *= 1.0 + transfer / 100.0
        if drawn.random() < 0.2:
            # The bot was off: its account is read back from what it has stored.
            again = live.reopened()
            again.restore(live.account.peak, live.account.transfers)
            live.account = again
        live.hold(wallet)
        assert live.observe() == pytest.approx(alone, rel=1e-9), number


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
