"""A scripted bot with an open position, a lock of each kind and a history."""

from __future__ import annotations

from typing import Any

import numpy as np

from companion.ground.layout import CONFIG
from companion.store import trades
from companion.store.database import Store
from hhq.exits.levels import FillMarket, levels_at_fill
from hhq.exits.parameters import exit_parameters
from hhq.exits.position import Fill, open_position, state_record
from hhq.settings import HHQSettings
from hhq_shared.settings_files import load_settings
from tests.api.rig import Rig
from tests.bot import answers
from tests.bot.scripted_bot import ScriptedBot

ENTRY, ATR = 1000.0, 10.0
LATER_MS = 4_000_000_000_000
ETH = "ETH/USDT:USDT"


def settings() -> HHQSettings:
    """The settings in the project's file, which the application reads too."""
    return load_settings(CONFIG / "hhq.toml")


def stored_state() -> dict[str, float | None]:
    """What the strategy stores of a LONG of 5× at 1,000 USDT with an ATR of 1 %."""
    chosen = settings()
    market = FillMarket(*(np.asarray(value) for value in (ATR, 1.0, 0.5, 0.5, 0.0)))
    levels = levels_at_fill(market, np.asarray(ENTRY), np.asarray(1.0), chosen.levels)
    parameters = exit_parameters(chosen.exits, chosen.levels, confirm_stops=True)
    fill = Fill(ENTRY, 1.0, 5.0, answers.OPENED_MS / 1000.0, 0.1, 820.0)
    return state_record(open_position(fill, levels, market, chosen.exits, parameters))


def with_a_position(bot: ScriptedBot) -> None:
    """One open LONG with its stored state and signal."""
    bot.content["GET status"] = [
        answers.trade(1, profit_abs=4.5, profit_ratio=0.045, liquidation_price=820.0, funding_fees=-0.2)
    ]
    signal = {
        "score": 77.0, "minimum": 68.0, "digest": "0123456789ab", "settings_snapshot": {"market_regime": "RANGE"},
    }  # fmt: skip
    bot.content["GET trades/1/custom-data"] = [
        {
            "trade_id": 1,
            "custom_data": [
                {"key": "hhq_state", "type": "dict", "value": stored_state()},
                {"key": "hhq_signal", "type": "dict", "value": signal},
            ],
        }
    ]
    with_a_trade(bot)
    bot.content["POST forceexit"] = {"result": "Created exit order for trade 1."}
    bot.content["POST pause"] = {"status": "paused, no more entries will occur from now."}


def with_a_trade(bot: ScriptedBot, **changes: Any) -> None:
    """Trade 1 by its id: a LONG with steps of 0.001 coins, and an exit order for each time that it was told to exit."""
    known = {"amount_precision": 0.001, "precision_mode": 4, **changes}

    def found(_: Any) -> dict[str, Any]:
        exits = range(len(bot.asked("POST forceexit")))
        orders = [answers.order("entry", "buy"), *(answers.order(f"exit {k}", "sell") for k in exits)]
        return answers.trade(1, orders=orders) | known

    bot.content["GET trade/1"] = found


def with_locks(bot: ScriptedBot) -> None:
    """A kill switch, the frequency guard for all pairs, and one of Freqtrade's own."""
    bot.content["GET locks"] = answers.locks(
        answers.lock(1, ETH, "KILL_SWITCH: kill switch acted, blocked for 24 h", LATER_MS),
        answers.lock(2, "*", "SL_GUARD: 3 losing stops in 60 min, cooldown 30 min", LATER_MS + 1),
        answers.lock(3, answers.BTC, "Cooldown period for 2 candles.", LATER_MS + 2),
    )
    for number in (1, 2, 3):
        bot.content[f"DELETE locks/{number}"] = answers.locks()


def closed(
    number: int, *, closed_ms: int, net: float, code: str = "SL_HIT", **changes: Any
) -> trades.TradeRecord:
    """A closed trade of 500 USDT with fees of 0.5 USDT."""
    made: dict[str, Any] = {
        "bot": "bot", "trade_id": str(number), "pair": answers.BTC, "side": 1, "opened_ms": closed_ms - 3_600_000,
        "closed_ms": closed_ms, "entry_price": 1000.0, "exit_price": 1000.0 + net * 2, "size": 0.5, "stake": 100.0,
        "leverage": 5.0, "code": code, "reason": code, "gross_pnl": net + 0.5, "fees": 0.5, "funding": 0.0,
        "net_pnl": net, "score": 75.0,
    }  # fmt: skip
    return trades.TradeRecord(**(made | changes))


async def remember(store: Store, *found: trades.TradeRecord) -> None:
    """Put closed trades into the history."""
    await store.write(lambda session: trades.record_all(session, found, 1))


async def refreshed(rig: Rig) -> None:
    """Let every watch ask its bot now."""
    for watch in rig.services.bots:
        watch.wake()
        assert await watch.refresh()
