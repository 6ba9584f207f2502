"""The dry-run bot on a tape, loop by loop at the nodes of each candle, killed and started again in the event."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import time_machine
from freqtrade.configuration import Configuration
from freqtrade.enums import RunMode
from freqtrade.freqtradebot import FreqtradeBot
from freqtrade.persistence import Trade
from freqtrade.persistence.usedb_context import enable_database_use

from companion.bot.configuration import STRATEGY, layer, replay_exchange, write_layer
from companion.ground import processes
from companion.ground.layout import LOCALHOST, STRATEGIES
from companion.ground.ports import any_free
from companion.offline.replay_process import ReplayOptions, wait_until_ready
from companion.replay.embedded.specification import CANDLE_MS

LOOPS_PER_CANDLE = 3
CLOSER_LOOPS = 20
"""Loops per candle in the event: its stops are confirmed by evaluations a few seconds apart."""
_FIRST_LOOP_MS = 2_000
_PATIENCE_MS = 300_000
_NO_LIMIT = 10**9


@dataclass
class BotRun:
    """What the bot did: codes of each trade in their order, what the restart changed, equity in USDT."""

    codes: list[tuple[str, ...]] = field(default_factory=list)
    positions_at_restart: int = 0
    stop_width: float = 0.0
    changed_by_restart: list[str] = field(default_factory=list)
    failures: dict[str, int] = field(default_factory=dict)
    first_equity: float = 0.0
    peak: float = 0.0
    worst_fall: float = 0.0


class DryRunBot:
    """A dry-run bot with a frozen clock on a replay exchange whose clock is moved by hand."""

    def __init__(self, data: Path, pairs: Sequence[str], folder: Path, settings: Path) -> None:
        self._data = data
        self._pairs = tuple(pairs)
        self._folder = folder
        self._settings = settings
        self._bot: Any = None
        self._clock: Any = None
        self._port = 0
        self._database = folder / "bot.sqlite"

    @contextmanager
    def running(self, at: int) -> Iterator[DryRunBot]:
        """Exchange and bot with their clocks at ``at`` (ms); database and state of an earlier run are removed."""
        self._folder.mkdir(parents=True, exist_ok=True)
        # Begun at the same frozen moment, this bot would take the earlier one's state for its own.
        for old in (*self._folder.glob("*.sqlite*"), *self._folder.glob("user_data/hhq/*")):
            old.unlink()
        self._port = any_free()
        start = datetime.fromtimestamp(at / 1000, UTC)
        options = ReplayOptions(self._data, self._port, weight_limit=_NO_LIMIT)
        line = [*options.command(), "--start", start.isoformat()]
        with processes.ending_with_us() as children:
            child = children.add(
                lambda: processes.start("the replay exchange", line, self._folder / "replay.log")
            )
            wait_until_ready(child, self._port)
            with time_machine.travel(start, tick=False) as clock:
                self._clock = clock
                try:
                    self._start()
                    yield self
                finally:
                    self._leave()

    def loop(self, at: int) -> None:
        """Move both clocks to ``at`` and run one loop."""
        body = json.dumps({"set_ms": at}).encode()
        request = urllib.request.Request(f"http://{LOCALHOST}:{self._port}/replay/clock", body)
        with urllib.request.urlopen(request, timeout=20):
            self._clock.move_to(datetime.fromtimestamp(at / 1000, UTC), tick=False)
        self._bot.process()

    def restart(self) -> None:
        """Drop the bot as a kill does, without an orderly shutdown, and start one on the same database."""
        self._leave()
        self._start()

    @property
    def strategy(self) -> Any:
        """The strategy of the bot that runs."""
        return self._bot.strategy

    def _start(self) -> None:
        made: dict[str, Any] = {
            **replay_exchange(self._port, self._pairs),
            "db_url": f"sqlite:///{self._database}",
            "api_server": {"enabled": False, "username": "stress", "password": "stress"},
            "hhq": {"settings": str(self._settings)},
        }
        # The bot's clock stands still while it asks: a late answer of a busy machine is not a missing candle.
        made["exchange"]["ccxt_config"]["timeout"] = _PATIENCE_MS
        user_data = self._folder / "user_data"
        for name in ("data", "logs"):
            (user_data / name).mkdir(parents=True, exist_ok=True)
        arguments: dict[str, Any] = {
            "config": [str(layer("base")), str(layer("dry-run")),
                       str(write_layer(self._folder / "config.json", made))],
            "strategy": STRATEGY,
            "strategy_path": str(STRATEGIES),
            "user_data_dir": str(user_data),
            "datadir": str(self._data),
            "verbosity": -1,
        }  # fmt: skip
        # An earlier backtest in this process has told Freqtrade to do without a database.
        enable_database_use()
        self._bot = FreqtradeBot(Configuration(arguments, RunMode.DRY_RUN).get_config())
        self._bot.startup()

    def _leave(self) -> None:
        if self._bot is not None:
            self._bot.exchange.close()
            Trade.session.remove()
            self._bot = None


def stored_states() -> dict[int, str]:
    """What is stored of every open position, by trade id."""
    return {
        int(trade.id): json.dumps(trade.get_custom_data("hhq_state"), sort_keys=True)
        for trade in Trade.get_open_trades()
        if trade.has_open_position
    }


def drive(bot: DryRunBot, begin: int, event: int, end: int, restart_at: int) -> BotRun:
    """Run loops from ``begin`` to ``end`` (ms), more of them from ``event`` on, and one restart."""
    run = BotRun()
    restarted = False
    for at in _moments(begin, event, end):
        if not restarted and at >= restart_at:
            restarted = True
            before = stored_states()
            bot.restart()
            run.positions_at_restart = len(before)
            after = stored_states()
            run.changed_by_restart.extend(f"trade {key}" for key in before if before[key] != after.get(key))
        bot.loop(at)
        equity = bot.strategy.run.account.equity(datetime.now(UTC))
        if at >= event:
            run.first_equity = run.first_equity or equity
            run.peak = max(run.peak, equity)
            run.worst_fall = max(run.worst_fall, 1.0 - equity / run.peak)
    for trade in Trade.get_trades([]).all():
        run.codes.append(_codes(trade))
        run.stop_width = max(run.stop_width, _loss_at_stop(trade))
    run.failures = dict(bot.strategy.failures)
    return run


def candle_behind_a_long(bot: DryRunBot, begin: int, end: int) -> int | None:
    """Run loops from ``begin`` to ``end`` (ms) until a LONG is open; return the start of the next candle."""
    for candle in range(begin, end, CANDLE_MS):
        for at in _moments(candle, end, candle + CANDLE_MS):
            bot.loop(at)
        if any(trade.has_open_position and not trade.is_short for trade in Trade.get_open_trades()):
            return candle + CANDLE_MS
    return None


def _codes(trade: Trade) -> tuple[str, ...]:
    exits = [
        order for order in trade.orders if order.ft_order_side == trade.exit_side and order.safe_filled > 0.0
    ]
    codes = [str(order.ft_order_tag) for order in exits]
    return tuple(codes if trade.is_open else [*codes[:-1], str(trade.exit_reason)])


def _loss_at_stop(trade: Trade) -> float:
    """What the trade loses at its own stop in USDT, both fees included."""
    record = trade.get_custom_data("hhq_state")
    width = float(record["stop_width"]) if isinstance(record, dict) else 0.0
    amount = float(trade.max_stake_amount or trade.stake_amount) * trade.leverage / trade.open_rate
    return float(amount * (width + 2.0 * trade.fee_open * trade.open_rate))


def _moments(begin: int, event: int, end: int) -> Iterator[int]:
    for candle in range(begin, end, CANDLE_MS):
        count = CLOSER_LOOPS if event <= candle < event + 6 * CANDLE_MS else LOOPS_PER_CANDLE
        for loop in range(count):
            yield candle + _FIRST_LOOP_MS + loop * (CANDLE_MS // count)
