"""Entries rest in the book: what the configuration says reaches the exchange as a post-only order."""

from __future__ import annotations

from collections.abc import Iterator

import ccxt
import pytest
from freqtrade.configuration import Configuration
from freqtrade.exceptions import DependencyException, InvalidOrderException

from companion.ground.layout import ROOT
from tests.strategy.rig import SIGNAL_AT, SIGNAL_PAIR, Bot, Rig


@pytest.fixture
def bot(rig: Rig) -> Iterator[Bot]:
    with rig.bot(SIGNAL_AT) as running:
        yield running


def test_the_shipped_configuration_enters_post_only_and_exits_at_once() -> None:
    config = Configuration.from_files([str(ROOT / "config" / "base.json")])
    assert config["order_time_in_force"] == {"entry": "PO", "exit": "GTC"}
    assert config["order_types"]["exit"] == "market"
    assert config["entry_pricing"]["price_side"] == "same"


def test_the_exchange_is_asked_for_an_order_that_is_good_till_crossing(bot: Bot) -> None:
    """Freqtrade's word for it is PO, Binance's GTX; ccxt stands between them."""
    exchange = bot.freqtrade.exchange
    wanted = bot.strategy.order_time_in_force["entry"]
    given = {
        kind: exchange._get_params("buy", kind, 3.0, reduceOnly=False, time_in_force=wanted)
        for kind in ("limit", "market")
    }
    asked = exchange._api.create_order_request(SIGNAL_PAIR, "limit", "buy", 1.0, 40.0, given["limit"])
    assert (asked["type"], asked["timeInForce"]) == ("LIMIT", "GTX")
    assert "timeInForce" not in given["market"]


def test_an_order_that_would_take_is_an_error_that_freqtrade_survives() -> None:
    refused = ccxt.binanceusdm().exceptions["linear"]["exact"]["-5022"]
    assert issubclass(refused, ccxt.InvalidOrder)
    assert issubclass(InvalidOrderException, DependencyException)


@pytest.mark.parametrize(("side", "market"), [("long", 0.5), ("short", 2.0)])
def test_an_entry_is_placed_at_its_own_side_of_a_market_that_has_gone_past_its_price(
    bot: Bot, side: str, market: float
) -> None:
    bot.loop()
    record = bot.strategy.run.file.get("waiting")[SIGNAL_PAIR]["record"]
    proposed = bot.strategy.context.facts.of(SIGNAL_PAIR).on_tick(record["price"] * market)
    told = bot.strategy.run.entries.entry_price(SIGNAL_PAIR, side, bot.now, proposed, None)
    assert told == proposed
