"""A trade that earns about its fees counts the same for the bot's guards and in the companion's figures."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from freqtrade.persistence import Trade

from companion.bot.trade_models import ClosedTradeAnswer
from companion.history.trades import trade_record
from companion.portfolio.performance import figures_of
from companion.portfolio.results import Result, results
from companion.settings.store import StoreSettings
from companion.store import trades as stored
from companion.store.database import Store
from hhq.closed_trade import Outcome
from tests.strategy.closed_trades import closed_trade
from tests.strategy.rig import SIGNAL_AT, Rig

RATES = (0.0005, 0.0002)


def fees_of(exit_price: float) -> float:
    return 1000.0 * RATES[0] + 100.0 * exit_price * RATES[1]


def test_the_bot_and_the_companion_agree_on_every_trade_at_the_border(rig: Rig, tmp_path: Path) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        number = 0
        for exit_price in (9.9, 10.0, 10.013, 10.5, 11.0):
            paid, by_rates = fees_of(exit_price), 1000.0 * sum(RATES)
            for net in (paid, by_rates, paid * 0.999, paid * 1.001, 0.0):
                for sign in (1.0, -1.0):
                    number += 1
                    put_in(
                        bot.now - timedelta(minutes=number), sign * net, exit_price, f"C{number}/USDT:USDT"
                    )
        bot.loop()
        ours = {trade.pair: trade.outcome for trade in bot.strategy.run.closed.records}
        answers = [
            ClosedTradeAnswer.model_validate(trade.to_json())
            for trade in Trade.get_trades_proxy(is_open=False)
        ]
    found = asyncio.run(taken_over(answers, tmp_path))
    assert {result.pair: result.outcome for result in found} == ours
    assert len(ours) == number
    figures = figures_of(found)
    kinds = list(ours.values())
    assert (figures.wins, figures.losses, figures.neutral) == tuple(
        kinds.count(kind) for kind in (Outcome.WIN, Outcome.LOSS, Outcome.NEUTRAL)
    )
    assert min(figures.wins, figures.losses, figures.neutral) > 0


async def taken_over(answers: list[ClosedTradeAnswer], folder: Path) -> list[Result]:
    """The results that the companion's store has of these trades."""
    store = Store.open(StoreSettings(url=f"sqlite:///{folder}/companion.sqlite"), {})
    records = [trade_record("bot", answer, {}) for answer in answers]
    await store.write(lambda session: stored.record_all(session, records, 1))
    found = await store.read(results)
    store.close()
    return found


def put_in(at: datetime, net: float, exit_price: float, pair: str) -> None:
    """Store a closed trade of 1,000 USDT whose exit has a price and a fee of its own."""
    closed_trade(at, net, "MANUAL", pair)
    (trade,) = [trade for trade in Trade.get_trades_proxy(is_open=False) if trade.pair == pair]
    trade.fee_open, trade.fee_close = RATES
    trade.amount_requested, trade.open_trade_value = 100.0, 1000.0
    trade.close_rate = exit_price
    for name in ("price", "average", "ft_price"):
        setattr(trade.orders[-1], name, exit_price)
    Trade.commit()
