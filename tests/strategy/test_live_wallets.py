"""A live account on Freqtrade's own wallets: its results are no transfers, and its transfers no results."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from freqtrade.enums import RunMode
from freqtrade.persistence import Trade
from freqtrade.wallets import Wallets

from hhq_freqtrade.account.account import Account
from hhq_freqtrade.account.closed_trades import ClosedTrades
from tests.strategy.closed_trades import closed_trade, lines
from tests.strategy.rig import SIGNAL_AT, Bot, Rig


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
    assert lines(caplog.messages, "TRANSFER") == []
    live.hold(4_850.0)
    assert live.observe() == pytest.approx(9_700.0)
    closed_trade(live.bot.now, -485.0, "SL_HIT", "B/USDT:USDT")
    live.hold(4_850.0)
    assert live.observe() == pytest.approx(8_730.0)
    assert lines(caplog.messages, "TRANSFER") == [
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
    assert lines(caplog.messages, "TRANSFER") == []
    assert lines(caplog.messages, "EQUITY") == [
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
