"""What two states of a bot say about its positions."""

from __future__ import annotations

from companion.feed.portfolio import closed_since, kill_switch_orders, opened_since
from tests.feed.bots import closed, order, position, state


def test_the_history_in_a_bots_first_answer_has_not_just_happened() -> None:
    before, after = state(asked_ms=0), state((position(2),), (closed(1, 10),))
    assert (closed_since(before, after), opened_since(before, after)) == ([], [])
    assert kill_switch_orders(before, after) == []


def test_closed_trades_are_reported_once_and_oldest_first() -> None:
    before = state(recent=(closed(1, 10),))
    after = state(recent=(closed(3, 30), closed(2, 20), closed(1, 10)))
    assert [trade.trade_id for trade in closed_since(before, after)] == [2, 3]
    assert closed_since(after, after) == []


def test_an_older_trade_that_comes_into_view_is_no_news() -> None:
    before = state(recent=(closed(5, 50), closed(4, 40)))
    after = state(recent=(closed(5, 50), closed(3, 30)))
    assert closed_since(before, after) == []


def test_an_entry_order_that_waits_is_no_position_until_it_fills() -> None:
    empty, waiting, filled = state(), state((position(1, amount=0.0),)), state((position(1),))
    assert opened_since(empty, waiting) == []
    assert opened_since(waiting, filled) == ["hhq-1"]
    assert opened_since(filled, filled) == []


def test_a_kill_switch_is_reported_when_it_is_filled_and_only_then() -> None:
    before = state((position(1),))
    placed = state((position(1, orders=[order(1, "KILL_SWITCH_PARTIAL", filled=0.0)]),))
    filled = state((position(1, orders=[order(1, "KILL_SWITCH_PARTIAL", filled=0.5)]),))
    assert kill_switch_orders(before, placed) == []
    (event,) = kill_switch_orders(placed, filled)
    assert (event["code"], event["size"], event["pair"]) == ("KILL_SWITCH_PARTIAL", 0.5, "BTC/USDT:USDT")
    assert kill_switch_orders(filled, filled) == []


def test_a_kill_switch_that_closed_the_position_is_reported_too() -> None:
    before = state((position(1),))
    after = state(recent=(closed(1, 9, orders=[order(2, "KILL_SWITCH_FULL")]),))
    assert [event["code"] for event in kill_switch_orders(before, after)] == ["KILL_SWITCH_FULL"]
