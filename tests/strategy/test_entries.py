"""Entries through the real bot and the real backtester: plan, order, record, ranking."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from freqtrade.persistence import PairLocks

from hhq.features.catalogue import Feature
from hhq.gates import Gate
from hhq.layers import LAYERS
from hhq_shared.trade_keys import SIGNAL_KEY
from tests.strategy.rig import PAIRS, SIGNAL_AT, SIGNAL_PAIR, Backtest, Bot, Rig


@pytest.fixture
def bot(rig: Rig) -> Iterator[Bot]:
    with rig.bot(SIGNAL_AT) as running:
        yield running


def filled(bot: Bot) -> bool:
    return any(trade.has_open_position for trade in bot.trades())


def test_the_order_the_trade_and_the_record_have_the_leverage_of_the_plan(bot: Bot) -> None:
    bot.until(lambda: filled(bot))
    (trade,) = bot.trades()
    record = trade.get_custom_data(SIGNAL_KEY)
    factors = record["leverage"]
    assert trade.leverage == factors["leverage"] > 1.0
    assert factors["requested"] >= factors["leverage"]
    product = (
        factors["base_spread"] * factors["price_factor"] * factors["volatility_factor"] * factors["mtf_mult"]
    )
    assert factors["requested"] == min(max(round(product), 3), 75)
    assert factors["stop_distance_pct"] <= 0.8 * factors["kill_switch_distance_pct"]
    state = bot.strategy.run.book.take_up(trade)
    assert state[2] == trade.leverage


def test_what_was_known_at_the_signal_is_served_with_the_trade(bot: Bot) -> None:
    bot.until(lambda: filled(bot))
    (trade,) = bot.trades()
    served = {entry.cd_key: entry.value for entry in trade.get_all_custom_data()}
    record = served[SIGNAL_KEY]
    assert set(record["features"]) == {feature.name.lower() for feature in Feature}
    assert set(record["points"]) == {layer.name for layer in LAYERS}
    assert record["raw"] == pytest.approx(
        sum(points for points in record["points"].values() if points is not None)
    )
    assert record["settings_snapshot"]["z_score_threshold"] == bot.strategy.settings.signal.z_score_threshold
    assert record["settings_snapshot"]["max_positions"] == 15
    assert trade.enter_tag.split()[1] == record["digest"]
    assert trade.open_rate == pytest.approx(record["entry_price"], rel=1e-4)
    assert bot.strategy.run.file.get("waiting") == {}


def test_the_limit_order_waits_at_the_pullback_price(bot: Bot) -> None:
    bot.loop()
    (trade,) = bot.trades()
    (order,) = trade.orders
    record = bot.strategy.run.file.get("waiting")[SIGNAL_PAIR]["record"]
    assert order.order_type == "limit"
    assert order.price == pytest.approx(record["entry_price"], rel=1e-4)
    assert order.price < record["price"]


def test_the_amount_is_that_of_the_price_on_the_exchanges_tick(bot: Bot) -> None:
    """Freqtrade divides the stake by the price that it is given, live before rounding it and in a backtest after."""
    bot.loop()
    (trade,) = bot.trades()
    (order,) = trade.orders
    record = bot.strategy.run.file.get("waiting")[SIGNAL_PAIR]["record"]
    tick = bot.strategy.context.facts.of(SIGNAL_PAIR).tick_size
    told = bot.strategy.run.entries.entry_price(
        SIGNAL_PAIR, "long", bot.now, record["price"], trade.enter_tag
    )
    assert told == order.price
    assert told / tick == pytest.approx(round(told / tick), abs=1e-6)
    assert abs(told - record["entry_price"]) <= tick / 2.0 * 1.000001


def test_a_stake_below_the_minimum_is_refused_and_not_raised(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    with rig.bot(SIGNAL_AT, dry_run_wallet=33) as bot:
        bot.loop()
        assert bot.trades() == []
    (line,) = [text for text in caplog.messages if text.startswith(f"BLOCKED: {SIGNAL_PAIR}")]
    assert "BELOW_MINIMUM" in line
    assert "margin" in line


def test_a_refused_plan_places_no_order(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    with rig.bot(SIGNAL_AT, dry_run_wallet=5) as bot:
        bot.loop()
        bot.loop()
        assert bot.trades() == []
    lines = [text for text in caplog.messages if text.startswith(f"BLOCKED: {SIGNAL_PAIR}")]
    assert len(lines) == 1
    assert "below the exchange's minimum" in lines[0]


def test_a_signal_is_used_once(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    bot.loop()
    (trade,) = bot.trades()
    bot.freqtrade.handle_cancel_enter(
        trade,
        bot.freqtrade.exchange.fetch_order(trade.orders[0].order_id, trade.pair),
        trade.orders[0],
        "test",
    )
    assert bot.trades() == []
    bot.loop()
    assert bot.trades() == []
    assert f"BLOCKED: {SIGNAL_PAIR} LONG INTERVAL" in caplog.text


def test_a_signal_is_used_once_across_a_restart(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        bot.loop()
        (trade,) = bot.trades()
        order = bot.freqtrade.exchange.fetch_order(trade.orders[0].order_id, trade.pair)
        bot.freqtrade.handle_cancel_enter(trade, order, trade.orders[0], "test")
    with rig.bot(SIGNAL_AT + timedelta(seconds=90)) as bot:
        bot.loop()
        assert bot.trades() == []


def test_an_order_that_has_filled_in_part_is_cut_there(bot: Bot) -> None:
    bot.loop()
    (trade,) = bot.trades()
    (order,) = trade.orders
    assert not bot.strategy.run.waiting_orders.is_over(trade, order, bot.now)
    order.filled = order.amount / 4
    assert bot.strategy.run.waiting_orders.is_over(trade, order, bot.now)


def test_a_lock_cancels_the_order_that_waits(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    bot.loop()
    PairLocks.lock_pair("*", bot.now + timedelta(minutes=30), "SL_GUARD: test", now=bot.now)
    bot.loop()
    assert bot.trades() == []
    assert f"BLOCKED: {SIGNAL_PAIR} LONG ENTRY_CANCELLED guard locked" in caplog.text


def test_a_forced_entry_takes_the_users_price_and_our_leverage(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        bot.loop()
        price = float(bot.strategy.context.tables["SOL/USDT:USDT"].prices[3, -1])
        entered = bot.freqtrade.execute_entry("SOL/USDT:USDT", 100.0, price * 0.99, enter_tag="force_entry")
        assert entered
        trade = next(trade for trade in bot.trades() if trade.pair == "SOL/USDT:USDT")
        assert trade.orders[0].price == pytest.approx(price * 0.99, rel=1e-3)
        assert trade.leverage > 1.0


def test_an_entry_without_a_signal_is_refused(bot: Bot) -> None:
    bot.loop()
    assert not bot.freqtrade.execute_entry("SOL/USDT:USDT", 100.0, enter_tag="somebody")


def test_no_entry_without_btc_and_eth(rig: Rig, strategy_market: Path, tmp_path: Path) -> None:
    folder = tmp_path / "without"
    (folder / "futures").mkdir(parents=True)
    for path in (strategy_market / "futures").iterdir():
        if not path.name.startswith(("BTC_", "ETH_")):
            (folder / "futures" / path.name).symlink_to(path)
    rig.data = folder
    rig.pairs = tuple(pair for pair in PAIRS if not pair.startswith(("BTC", "ETH")))
    run = rig.backtest()
    assert run.results.empty
    gates = run.strategy.context.tables[SIGNAL_PAIR].decision[0]
    assert (gates == Gate.MARKET_NA).any()
    assert not (gates == Gate.SCORE_PASS).any()


def test_the_quiet_hours_take_no_entry_but_of_btc_and_eth(backtest: Backtest) -> None:
    signals_in_quiet_hours = {}
    for pair, table in backtest.strategy.context.tables.items():
        closes = pd.to_datetime((table.numbers + 1) * 300_000, unit="ms")
        quiet = ((closes.hour >= 2) & (closes.hour < 6)).nonzero()[0]
        signals_in_quiet_hours[pair] = sum(table.accepted_side(int(row)) != 0 for row in quiet)
    assert signals_in_quiet_hours.pop("BTC/USDT:USDT") + signals_in_quiet_hours.pop("ETH/USDT:USDT") > 0
    assert set(signals_in_quiet_hours.values()) == {0}


def test_signals_get_the_slots_by_raw_sum_whatever_the_order_of_the_pairs(rig: Rig) -> None:
    summaries = []
    for pairs in (PAIRS, PAIRS[::-1]):
        rig.pairs = pairs
        run = rig.backtest(max_open_trades=2)
        summaries.append(run.summary().sort_values(["open_date", "pair"]).reset_index(drop=True))
    assert len(summaries[0]) > 10
    pd.testing.assert_frame_equal(summaries[0], summaries[1])


def test_leverage_differs_from_trade_to_trade(backtest: Backtest) -> None:
    leverages = backtest.results["leverage"]
    assert leverages.nunique() > 3
    assert leverages.between(1, 20).all()
    assert set(backtest.results["is_short"]) == {True, False}


def test_entry_tags_of_a_backtest_name_the_regime(backtest: Backtest) -> None:
    assert set(backtest.results["enter_tag"]) <= {"MEAN_REVERSION", "TRENDING", "RANDOM"}


def test_a_signal_of_the_last_closed_candle_only(bot: Bot) -> None:
    bot.loop()
    (trade,) = bot.trades()
    record = bot.strategy.run.file.get("waiting")[SIGNAL_PAIR]["record"]
    begin = datetime.fromtimestamp(record["candle"] * 300, UTC)
    assert begin + timedelta(minutes=5) <= trade.open_date_utc < begin + timedelta(minutes=15)
