"""`companion evidence --trades` on the database of a real dry-run bot, beside the engine on the candles it traded."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from freqtrade.persistence import Trade

from companion.__main__ import main
from companion.evidence.bot_database import read_trades
from companion.evidence.live import sort_out
from hhq.digest import settings_digest
from hhq.panel import CANDLE_MS
from hhq_shared.settings_files import load_settings
from tests.strategy.closed_trades import closed_trade
from tests.strategy.rig import SIGNAL_AT, SIGNAL_PAIR, Bot, Rig

RULES = """[exits.time_reduction]
first_hours = 0.25
second_hours = 400.0
close_pct = 50.0
[exits.force]
hours = 1.0
"""


def closed() -> list[Trade]:
    return list(Trade.get_trades_proxy(pair=SIGNAL_PAIR, is_open=False))


def lived(rig: Rig, settings: Path) -> Trade:
    """Let the bot have one signal from entry over a reduction to its close, and a trade of another strategy beside it."""
    settings.write_text(RULES, encoding="utf-8")
    with rig.bot(SIGNAL_AT, hhq={**rig.hhq_files, "settings": str(settings)}) as bot:
        bot.until(lambda: bool(closed()), timedelta(seconds=75), loops=120)
        closed_trade(bot.now - timedelta(minutes=3), 5.0, "roi")
        return _told(bot)


def _told(bot: Bot) -> Trade:
    (trade,) = closed()
    assert [order.ft_order_side for order in trade.orders if order.filled] == ["buy", "sell", "sell"]
    assert bot.strategy.failures == {} or not bot.strategy.failures
    return trade


def test_a_report_on_a_bots_database_is_what_freqtrade_booked_and_what_the_engine_had_made_of_it(
    rig: Rig, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tmp_path / "hhq.toml"
    trade = lived(rig, settings)
    arguments = (
        "evidence", "--trades", f"sqlite:///{rig.folder / 'bot.sqlite'}", "--settings", str(settings), "--data",
        str(rig.data), "--pair", SIGNAL_PAIR, "--evidence", str(tmp_path / "none.json"), "--processes", "1",
    )  # fmt: skip
    capsys.readouterr()
    assert main((*arguments, "--json")) == 0
    content: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert content["looked_at"] == {
        "closed": 1, "open": 0, "forced": 0, "without_record": 1, "never_filled": 0, "differing": 0,
    }  # fmt: skip
    (row,) = content["trades"]
    notional = trade.orders[0].filled * trade.orders[0].average
    assert row["net_pct"] == pytest.approx(trade.close_profit_abs / notional * 100.0, abs=1e-6)
    assert row["settings_digest"] == settings_digest(load_settings(settings))
    assert row["wait_seconds"] == pytest.approx(
        trade.date_entry_fill_utc.timestamp() - (row["candle"] + 1) * CANDLE_MS / 1000.0
    )
    assert 300.0 < row["wait_seconds"] < 900.0
    # It waited below the market for a pullback: better than the signal's price, at its own limit.
    assert row["slippage_pct"] < 0.0
    assert row["beyond_limit_pct"] == pytest.approx(0.0, abs=0.02)
    assert row["engine"] == "filled by both"
    assert row["code"] == "TIME_FORCE"
    assert row["gross_pct"] == pytest.approx(row["engine_gross_pct"], abs=0.3)
    assert row["gross_difference_pct"] == pytest.approx(row["gross_pct"] - row["engine_gross_pct"])
    assert content["summary"]["net"] == {"trades": 1, "days": 1, "mean": None, "low": None, "high": None}
    assert content["match"]["same_settings"] == 1
    assert content["drift"]["state"] == "not measured"
    _prints_no_number_alone(arguments, capsys)


def _prints_no_number_alone(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    said = capsys.readouterr().out
    assert said.count("too little") > 10
    assert "1 closed trades of the bot's own signals, 0 still open" in said
    assert "1 without a record (another strategy's)" in said
    assert "DRIFT: not measured: not measured" in said
    assert "CHECK" not in said


def test_the_database_of_a_running_bot_is_read_and_an_open_trade_is_none_of_the_closed(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        bot.until(lambda: any(trade.has_open_position for trade in bot.trades()))
        found = sort_out(read_trades(f"sqlite:///{rig.folder / 'bot.sqlite'}"))
        (trade,) = bot.trades()
        assert (len(found.closed), len(found.still_open)) == (0, 1)
        ((told, record),) = found.still_open
        assert (told.pair, record.side, told.leverage) == (SIGNAL_PAIR, 1, trade.leverage)
        assert found.had({SIGNAL_PAIR: 0}).candle.tolist() == [record.candle]
