"""Orders and close records that go wrong at the exchange: nothing half-done counts as done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import ccxt
import pytest
from freqtrade.exceptions import TemporaryError
from freqtrade.persistence import Trade

from hhq_freqtrade.account.closed_trades import ClosedTrades
from tests.strategy.closed_trades import closed_trade
from tests.strategy.rig import SIGNAL_AT, SIGNAL_PAIR, Bot, Rig


@pytest.fixture
def bot(rig: Rig) -> Iterator[Bot]:
    with rig.bot(SIGNAL_AT) as running:
        yield running


def refused(*_: Any, **__: Any) -> None:
    raise ccxt.ExchangeError("binance -4028: leverage 20 is not valid")


def test_a_leverage_that_the_exchange_refuses_places_no_order(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lesson 26: a failed call that sets the leverage counted as success."""
    exchange, sent = bot.freqtrade.exchange, []
    # As live: in dry run Freqtrade sets no leverage at the exchange. Only its two calls are replaced.
    exchange._config["dry_run"] = False
    monkeypatch.setattr(exchange._api, "set_margin_mode", lambda *_, **__: {})
    monkeypatch.setattr(exchange._api, "create_order", lambda *words, **__: sent.append(words))
    order: dict[str, Any] = {
        "pair": SIGNAL_PAIR, "ordertype": "limit", "side": "buy", "amount": 10.0, "rate": 1.0, "leverage": 20.0,
    }  # fmt: skip
    monkeypatch.setattr(exchange._api, "set_leverage", refused)
    with pytest.raises(TemporaryError, match="leverage"):
        exchange.create_order(**order)
    assert sent == []


def test_an_entry_that_failed_is_not_followed_by_another_order(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lesson 41: a limit entry that failed after it was placed was followed by a full market order."""
    exchange, sent = bot.freqtrade.exchange, []
    create = exchange.create_order

    def placed_and_failed(**order: Any) -> Any:
        sent.append(order["ordertype"])
        create(**order)
        raise TemporaryError("the answer did not come")

    monkeypatch.setattr(exchange, "create_order", placed_and_failed)
    for _ in range(5):
        bot.loop(timedelta(seconds=20))
    assert sent == ["limit"]


def test_the_side_of_a_trade_is_not_guessed_from_its_profit(bot: Bot) -> None:
    """Lesson 36: a SHORT that lost was read as a LONG."""
    for profit in (20.0, -20.0):
        closed_trade(bot.now - timedelta(minutes=5), profit, "SL_HIT", f"C{profit:g}/USDT:USDT")
    for trade in Trade.get_trades().all():
        trade.is_short = trade.close_profit_abs < 0.0
    Trade.commit()
    sides = {trade.pair: trade.side for trade in ClosedTrades().read_further()}
    assert sides == {"C20/USDT:USDT": 1, "C-20/USDT:USDT": -1}
    for trade in Trade.get_trades().all():
        trade.is_short = not trade.is_short
    Trade.commit()
    turned = {trade.pair: trade.side for trade in ClosedTrades().read_further()}
    assert turned == {"C20/USDT:USDT": -1, "C-20/USDT:USDT": 1}
