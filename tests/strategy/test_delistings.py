"""A coin whose contract is delivered soon, and one of another contract type, in the real bot and the real backtester."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from freqtrade.persistence import Trade

from companion.replay.clock import ManualClock
from companion.replay.market import Market
from hhq.gates import Gate
from tests.replay.server import RunningExchange
from tests.strategy.rig import NO_LIMIT, SIGNAL_AT, SIGNAL_PAIR, Backtest, Bot, Rig

SYMBOL = "HYPEUSDT"
SOON = timedelta(minutes=45)
FETUSDT_MS = 4_133_408_400_000
FIVE_MINUTES = "[exits.delisting]\nhours = 0.1\n"
BOTH_TYPES = '[signal.contracts]\ntypes = ["PERPETUAL", "TRADIFI_PERPETUAL"]\n'
TRADIFI = {"contractType": "TRADIFI_PERPETUAL"}


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def listed_as(market: Market, **facts: str | int) -> Market:
    """The market with other facts in the coin's entry of exchangeInfo."""
    coin = market.coins[SYMBOL]
    rules = replace(coin.rules, info={**coin.rules.info, **facts})
    return replace(market, coins={**market.coins, SYMBOL: replace(coin, rules=rules)})


def delivered(market: Market, at: datetime) -> Market:
    return listed_as(market, deliveryDate=milliseconds(at))


def lines(caplog: pytest.LogCaptureFixture, begin: str) -> list[str]:
    return [text for text in caplog.messages if text.startswith(begin)]


def settings_with(folder: Path, text: str) -> dict[str, dict[str, str]]:
    path = folder / "hhq.toml"
    path.write_text(text)
    return {"hhq": {"settings": str(path)}}


def announce(bot: Bot, after: timedelta) -> datetime:
    """Let the exchange announce the coin's delivery."""
    delivery = bot.now + after
    bot.exchange.views[SYMBOL].delivery = milliseconds(delivery)
    return delivery


def is_held(bot: Bot) -> bool:
    return any(trade.pair == SIGNAL_PAIR and trade.has_open_position for trade in bot.trades())


def newest(bot: Bot, column: str) -> float:
    frame, _ = bot.freqtrade.dataprovider.get_analyzed_dataframe(SIGNAL_PAIR, "5m")
    return float(frame[column].iloc[-1])


def test_a_coin_that_is_delivered_in_45_minutes_is_not_entered(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    rig.market = delivered(rig.market, SIGNAL_AT + SOON)
    with rig.bot(SIGNAL_AT) as bot:
        bot.loop()
        assert bot.trades() == []
        assert newest(bot, "hhq_gate") == Gate.DELISTING
        assert newest(bot, "enter_long") == 0
    assert lines(caplog, f"BLOCKED: {SIGNAL_PAIR} - DELISTING")


def test_a_date_decades_ahead_keeps_nobody_from_entering(rig: Rig) -> None:
    rig.market = listed_as(rig.market, deliveryDate=FETUSDT_MS)
    with rig.bot(SIGNAL_AT) as bot:
        bot.loop()
        assert [trade.pair for trade in bot.trades()] == [SIGNAL_PAIR]


def test_digest_and_signal_of_a_candle_are_the_same_whether_the_delivery_is_known_or_not(rig: Rig) -> None:
    """The digest is compared with the scanner's; the signal closes a position of the other side."""
    digests: list[float] = []
    for market in (rig.market, delivered(rig.market, SIGNAL_AT + SOON)):
        rig.market = market
        with rig.bot(SIGNAL_AT, database=f"{len(digests)}.sqlite") as bot:
            bot.loop()
            digests.append(newest(bot, "hhq_digest"))
            assert bot.strategy.context.tables[SIGNAL_PAIR].accepted[-1] == 1
    assert digests[0] == digests[1]


def test_an_entry_that_is_tried_after_the_announcement_is_refused_with_the_dates(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    """The candle was decided before the announcement, and a user's own entry is no signal at all: both are refused."""
    caplog.set_level("INFO")
    with rig.bot(SIGNAL_AT) as bot:
        bot.freqtrade.exchange.reload_markets()
        announce(bot, SOON)
        bot.freqtrade.exchange.reload_markets(force=True)
        bot.loop()
        assert bot.trades() == []
        bot.freqtrade.execute_entry(SIGNAL_PAIR, 100.0, enter_tag="force_entry", is_short=False)
        assert bot.trades() == []
    (line,) = lines(caplog, f"BLOCKED: {SIGNAL_PAIR} LONG DELISTING")
    assert "delivery 2025-01-08 07:05 UTC" in line


def test_a_waiting_entry_is_cancelled(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    with rig.bot(SIGNAL_AT) as bot:
        bot.loop()
        (trade,) = bot.trades()
        assert trade.open_orders
        announce(bot, SOON)
        bot.freqtrade.exchange.reload_markets(force=True)
        bot.loop()
        assert bot.trades() == []
    reasons = lines(caplog, f"BLOCKED: {SIGNAL_PAIR} LONG ENTRY_CANCELLED")
    assert reasons == [
        f"BLOCKED: {SIGNAL_PAIR} LONG ENTRY_CANCELLED contract not entered: DELISTING",
    ]


def test_an_open_position_is_closed_before_the_delivery_that_is_announced_while_the_bot_runs(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    with rig.bot(SIGNAL_AT) as bot:
        bot.until(lambda: is_held(bot))
        announced, delivery = bot.now, announce(bot, SOON)
        bot.until(lambda: not is_held(bot), loops=20)
        (trade,) = Trade.get_trades_proxy(pair=SIGNAL_PAIR, is_open=False)
        assert trade.exit_reason == "DELISTING"
        assert trade.close_date_utc < delivery
        assert trade.close_date_utc - announced <= timedelta(minutes=18)
        for _ in range(8):
            bot.loop(timedelta(minutes=5))
        assert SIGNAL_PAIR not in {trade.pair for trade in bot.trades()}
    (warning,) = lines(caplog, f"DELISTING: {SIGNAL_PAIR} LONG is open")
    assert "positions are closed from" in warning


def test_a_position_is_warned_of_once_and_kept_until_its_hours_begin(
    rig: Rig, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    with rig.bot(SIGNAL_AT, hhq={**rig.hhq_files, **settings_with(tmp_path, FIVE_MINUTES)["hhq"]}) as bot:
        bot.until(lambda: is_held(bot))
        delivery = announce(bot, SOON)
        bot.freqtrade.exchange.reload_markets(force=True)
        while bot.now < delivery - timedelta(minutes=9):
            bot.loop(timedelta(minutes=1))
            assert is_held(bot)
        bot.until(lambda: not is_held(bot), loops=5)
        assert timedelta(minutes=3) < delivery - bot.now <= timedelta(minutes=6)
    assert len(lines(caplog, f"DELISTING: {SIGNAL_PAIR} LONG is open")) == 1


def test_a_close_that_was_decided_is_carried_out_after_a_restart(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        bot.until(lambda: is_held(bot))
        at = bot.now
    rig.market = delivered(rig.market, at + SOON)
    with rig.bot(at + timedelta(seconds=5)) as bot:
        bot.loop()
        assert bot.trades() == []
        (trade,) = Trade.get_trades_proxy(pair=SIGNAL_PAIR, is_open=False)
        assert trade.exit_reason == "DELISTING"


def test_a_contract_of_another_type_is_refused_with_its_reason(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    rig.market = listed_as(rig.market, **TRADIFI)
    with rig.bot(SIGNAL_AT) as bot:
        bot.loop()
        assert newest(bot, "hhq_gate") == Gate.CONTRACT_TYPE
        bot.freqtrade.execute_entry(SIGNAL_PAIR, 100.0, enter_tag="force_entry", is_short=False)
        assert bot.trades() == []
    (line,) = lines(caplog, f"BLOCKED: {SIGNAL_PAIR} LONG CONTRACT_TYPE")
    assert line.endswith("TRADIFI_PERPETUAL; traded: PERPETUAL")


def test_a_contract_of_another_type_is_entered_if_the_setting_names_it(rig: Rig, tmp_path: Path) -> None:
    rig.market = listed_as(rig.market, **TRADIFI)
    with rig.bot(SIGNAL_AT, hhq={**rig.hhq_files, **settings_with(tmp_path, BOTH_TYPES)["hhq"]}) as bot:
        bot.loop()
        assert [trade.pair for trade in bot.trades()] == [SIGNAL_PAIR]


def test_a_position_in_such_a_contract_is_closed_although_ccxt_takes_it_for_a_future(
    rig: Rig, tmp_path: Path
) -> None:
    """With the date that announces its delivery ccxt renames it to HYPE/USDT:USDT-250108; also at a restart."""
    rig.market = listed_as(rig.market, **TRADIFI)
    given = {**rig.hhq_files, **settings_with(tmp_path, f"{BOTH_TYPES}{FIVE_MINUTES}")["hhq"]}
    with rig.bot(SIGNAL_AT, hhq=given) as bot:
        bot.until(lambda: is_held(bot))
        delivery = announce(bot, SOON)
        bot.freqtrade.exchange.reload_markets(force=True)
        assert SIGNAL_PAIR not in bot.freqtrade.exchange.markets
        bot.loop()
        assert bot.freqtrade.exchange.markets[SIGNAL_PAIR]["type"] == "swap"
        assert is_held(bot)
        at = bot.now
    rig.market = delivered(rig.market, delivery)
    with rig.bot(at + timedelta(seconds=5), hhq=given) as bot:
        bot.loop()
        assert is_held(bot)
        bot.until(lambda: not is_held(bot), after=timedelta(minutes=3), loops=20)
        (trade,) = Trade.get_trades_proxy(pair=SIGNAL_PAIR, is_open=False)
        assert trade.exit_reason == "DELISTING"
        assert trade.close_date_utc < delivery


def test_markets_that_are_loaded_too_rarely_are_named_at_the_start(
    rig: Rig, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with rig.bot(SIGNAL_AT, hhq={**rig.hhq_files, **settings_with(tmp_path, FIVE_MINUTES)["hhq"]}):
        pass
    (line,) = lines(caplog, "DELISTING: markets")
    assert "every 15 min only" in line
    assert "0.1 h" in line


def test_a_backtest_knows_no_deliveries(rig: Rig, backtest: Backtest, strategy_tape: Market) -> None:
    end = datetime(2025, 1, 9, tzinfo=UTC)
    soon = end + SOON
    with RunningExchange(
        delivered(strategy_tape, soon), ManualClock(milliseconds(end)), NO_LIMIT
    ) as exchange:
        rig.port = exchange.port
        known = rig.backtest()
        market = known.strategy.dp.market(SIGNAL_PAIR)
    assert int(market["info"]["deliveryDate"]) == milliseconds(soon)
    assert SIGNAL_PAIR in set(known.results["pair"])
    assert known.summary().equals(backtest.summary())
