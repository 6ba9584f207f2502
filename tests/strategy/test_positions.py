"""Open positions in the real bot with a real database: fills reported twice, restarts, reductions, saved settings."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from freqtrade.enums import ExitCheckTuple, ExitType
from freqtrade.persistence import Order, Trade

from hhq.exits.slots import StateSlot as S
from hhq_shared.trade_keys import REASON_KEY, SIGNAL_KEY, STATE_KEY
from tests.strategy.rig import SIGNAL_AT, Bot, Rig

FIVE_MINUTES = timedelta(minutes=5)


@pytest.fixture
def bot(rig: Rig) -> Iterator[Bot]:
    with rig.bot(SIGNAL_AT) as running:
        running.until(lambda: any(trade.has_open_position for trade in running.trades()))
        yield running


def state_of(bot: Bot, trade: Trade) -> Any:
    return bot.strategy.run.book.take_up(trade)


def without_last_look(state: Any) -> bytes:
    return bytes(np.delete(state, S.LAST_AT).tobytes())


def remind_of(bot: Bot, trade: Trade, order: Order) -> None:
    """Freqtrade reports a fill again when it fetches missing fees."""
    bot.strategy.order_filled(pair=trade.pair, trade=trade, order=order, current_time=bot.now)


def settings_file(folder: Path, text: str) -> dict[str, Any]:
    path = folder / "hhq.toml"
    path.write_text(text)
    return {"hhq": {"settings": str(path)}}


def test_the_first_fill_sets_the_catastrophe_stop_at_once(bot: Bot) -> None:
    (trade,) = bot.trades()
    state = state_of(bot, trade)
    expected = trade.open_rate - 1.3 * (trade.open_rate - state[S.STOP])
    assert trade.stop_loss == pytest.approx(expected, abs=2 * trade.price_precision)
    assert state[S.STOP_WIDTH] >= 0.006 * trade.open_rate
    assert trade.liquidation_price < trade.stop_loss


def test_a_fill_that_is_reported_again_leaves_the_levels_as_they_are(bot: Bot) -> None:
    (trade,) = bot.trades()
    before = state_of(bot, trade).copy()
    bot.loop()
    remind_of(bot, trade, trade.orders[0])
    after = state_of(bot, trade)
    for slot in (S.STOP, S.TARGET, S.OPENED_AT, S.STOP_WIDTH, S.ATR_1H):
        assert after[slot] == before[slot]


def test_a_restart_restores_the_state_bit_by_bit(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        bot.until(lambda: any(trade.has_open_position for trade in bot.trades()))
        for _ in range(8):
            bot.loop(timedelta(seconds=75))
        (trade,) = bot.trades()
        before = state_of(bot, trade).copy()
        stop, at = trade.stop_loss, bot.now
    with rig.bot(at + timedelta(seconds=5)) as bot:
        (trade,) = bot.trades()
        assert without_last_look(state_of(bot, trade)) == without_last_look(before)
        assert trade.stop_loss == stop
        bot.loop()
        assert bot.trades()[0].stop_loss >= stop


def test_the_database_is_written_only_when_something_has_changed(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []
    original = Trade.set_custom_data

    def counted(self: Trade, key: str, value: Any) -> None:
        written.append(key)
        original(self, key, value)

    monkeypatch.setattr(Trade, "set_custom_data", counted)
    bot.loop(timedelta(milliseconds=10))
    written.clear()
    for _ in range(10):
        bot.loop(timedelta(milliseconds=10))  # the replayed price stands still meanwhile
    assert written == []


def test_a_reduction_is_made_once_across_a_restart(rig: Rig, tmp_path: Path) -> None:
    settings = settings_file(
        tmp_path, "[exits.time_reduction]\nfirst_hours = 0.25\nsecond_hours = 400.0\nclose_pct = 50.0\n"
    )
    with rig.bot(SIGNAL_AT, **settings) as bot:
        bot.until(lambda: _reduced(bot) == ["TIME_REDUCE_4H"], FIVE_MINUTES, loops=60)
        (trade,) = bot.trades()
        amount, at = trade.amount, bot.now
        assert state_of(bot, trade)[S.REMAINING] == pytest.approx(0.5, abs=0.01)
        assert amount == pytest.approx(0.5 * trade.orders[0].filled, rel=0.01)
    with rig.bot(at + timedelta(seconds=5), **settings) as bot:
        for _ in range(3):
            bot.loop(FIVE_MINUTES)
        (trade,) = bot.trades()
        assert _reduced(bot) == ["TIME_REDUCE_4H"]
        assert trade.amount == amount


def test_a_reduction_that_filled_before_the_bot_was_killed_is_not_made_again(
    rig: Rig, tmp_path: Path
) -> None:
    settings = settings_file(
        tmp_path, "[exits.time_reduction]\nfirst_hours = 0.25\nsecond_hours = 400.0\nclose_pct = 50.0\n"
    )
    with rig.bot(SIGNAL_AT, **settings) as bot:
        bot.strategy.run.book.settle = lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
        with pytest.raises(KeyboardInterrupt):
            bot.until(lambda: False, FIVE_MINUTES, loops=60)
        at = bot.now
        assert _reduced(bot) == ["TIME_REDUCE_4H"]
    with rig.bot(at + timedelta(seconds=5), **settings) as bot:
        (trade,) = bot.trades()
        assert state_of(bot, trade)[S.REDUCTION_CODE] > 0
        amount = trade.amount
        for _ in range(3):
            bot.loop()
        assert _reduced(bot) == ["TIME_REDUCE_4H"]
        (trade,) = bot.trades()
        assert trade.amount == amount
        assert state_of(bot, trade)[S.REMAINING] == pytest.approx(0.5, abs=0.01)


def _reduced(bot: Bot) -> list[str]:
    return [
        str(order.ft_order_tag)
        for trade in bot.trades()
        for order in trade.orders
        if order.ft_order_side == trade.exit_side and order.safe_filled > 0.0
    ]


def test_a_part_that_the_user_closes_is_no_reduction_of_ours(bot: Bot) -> None:
    (trade,) = bot.trades()
    bot.freqtrade.execute_trade_exit(
        trade, trade.open_rate, ExitCheckTuple(exit_type=ExitType.FORCE_EXIT), sub_trade_amt=trade.amount / 2
    )
    (trade,) = bot.trades()
    state = state_of(bot, trade)
    assert state[S.REMAINING] == pytest.approx(0.5, abs=0.01)
    assert state[S.FIRST_REDUCTION_DONE] == state[S.KILL_PARTIAL_DONE] == 0.0


def test_saved_settings_do_not_move_the_stop_of_an_open_position(bot: Bot) -> None:
    (trade,) = bot.trades()
    before = state_of(bot, trade).copy()
    tight = {"exit_tightness": 0.3, "sl_atr": 1.0, "tp_atr": 1.5}
    bot.strategy.running.take_parameters({**bot.strategy._parameter_values(), **tight})
    bot.loop()
    assert bot.strategy.settings.levels.sl_atr == 1.0
    (trade,) = bot.trades()
    after = state_of(bot, trade)
    for slot in (S.STOP, S.TARGET, S.TRAIL_DISTANCE_PCT, S.BREAKEVEN_ARM_PCT):
        assert after[slot] == before[slot]


def test_a_trade_killed_between_its_fill_and_its_note_gets_the_levels_of_its_signal(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        bot.strategy.run.fills.take = lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
        with pytest.raises(KeyboardInterrupt):
            bot.until(lambda: False)
        at = bot.now
    with rig.bot(at + timedelta(seconds=5)) as bot:
        (trade,) = bot.trades()
        assert trade.has_open_position
        assert trade.get_custom_data(STATE_KEY) is None
        bot.loop()
        (trade,) = bot.trades()
        assert 0.95 * trade.open_rate < trade.stop_loss < trade.open_rate
        assert trade.get_custom_data(SIGNAL_KEY)["pair"] == trade.pair
        assert bot.strategy.run.file.get("waiting") == {}


def test_a_state_of_another_layout_is_rebuilt_from_the_signal(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        bot.until(lambda: any(trade.has_open_position for trade in bot.trades()))
        (trade,) = bot.trades()
        before = state_of(bot, trade).copy()
        trade.set_custom_data(STATE_KEY, {"layout": 99.0})
        at = bot.now
    with rig.bot(at + timedelta(seconds=5)) as bot:
        (trade,) = bot.trades()
        after = state_of(bot, trade)
        for slot in (S.STOP, S.TARGET, S.STOP_WIDTH, S.OPENED_AT):
            assert after[slot] == pytest.approx(before[slot], rel=1e-9), slot.name


def test_a_close_by_hand_is_recorded_as_such_and_its_state_is_dropped(bot: Bot) -> None:
    (trade,) = bot.trades()
    bot.freqtrade.execute_trade_exit(trade, trade.open_rate, ExitCheckTuple(exit_type=ExitType.FORCE_EXIT))
    assert not trade.is_open
    assert trade.get_custom_data(REASON_KEY) == "MANUAL"
    bot.loop()
    (record,) = bot.strategy.run.closed.records
    assert record.reason.name == "MANUAL"
    assert bot.strategy.run.prices.tick(trade.pair) is None
    assert trade.id not in bot.strategy.run.book._states


def test_a_stop_that_the_price_has_passed_is_set_at_the_price(bot: Bot) -> None:
    (trade,) = bot.trades()
    below = 0.5 * trade.stop_loss
    answer = bot.strategy.run.positions.stop(trade, bot.now + timedelta(seconds=1), below)
    assert 0.0 < answer < 1e-6


def test_positions_go_on_without_candles(bot: Bot) -> None:
    (trade,) = bot.trades()
    before = state_of(bot, trade).copy()
    for pair in list(bot.strategy.context.tables):
        bot.strategy.context.tables.drop(pair)
    bot.loop()
    after = state_of(bot, bot.trades()[0])
    assert after[S.LAST_AT] > before[S.LAST_AT]
    assert after[S.STOP] >= before[S.STOP]
    assert not bot.strategy.failures


def test_the_equity_counts_what_is_open_once(bot: Bot) -> None:
    (trade,) = bot.trades()
    bot.loop()
    run = bot.strategy.run
    rate = run.prices.tick(trade.pair)
    equity = run.account.equity(bot.now)
    start = bot.freqtrade.config["dry_run_wallet"]
    assert equity == pytest.approx(start + trade.calc_profit(rate), rel=1e-9)
    assert math.isclose(equity, start, rel_tol=0.05)
