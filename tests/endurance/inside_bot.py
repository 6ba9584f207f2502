"""What the watched bot reports of itself, and the moments at which it can be told to kill itself.

Runs inside the bot's process. It only wraps the project's and Freqtrade's own functions to listen; a line is written
to the diary with one call, so that what was reported before a kill is there after it.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from freqtrade.exchange import Exchange
from freqtrade.freqtradebot import FreqtradeBot
from freqtrade.persistence import LocalTrade, Order, PairLocks, Trade
from freqtrade.persistence.custom_data import CustomDataWrapper

from hhq.arrays import FloatArray
from hhq.exits.answers import stop_price
from hhq_freqtrade.account import state_file
from hhq_freqtrade.account.account_loop import AccountLoop
from hhq_freqtrade.account.trade_identity import identity
from hhq_freqtrade.position.book import PositionBook
from hhq_freqtrade.run import Run
from hhq_shared.atomic_file import replacing
from tests.endurance.plan import DIARY_VARIABLE, KILL_VARIABLE

_LISTENING: list[type] = []
_HALF_WRITTEN, _NOT_REPLACED = "state file half written", "state file not yet replaced"


class Diary:
    """Lines of one process. A kill is ordered as "moment:count": it happens when the moment is reached for that time."""

    def __init__(self) -> None:
        self._file = os.open(os.environ[DIARY_VARIABLE], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._reached: Counter[str] = Counter()
        moment, _, count = os.environ.get(KILL_VARIABLE, "").partition(":")
        self._deadly = (moment, int(count or 0))
        self._restored: set[int] = set()
        self._loops = 0

    def write(self, event: str, **values: object) -> None:
        """Append one line; `at` is the bot's own (scaled) time."""
        line = json.dumps({"event": event, "pid": os.getpid(), "at": time.time(), **values})
        os.write(self._file, f"{line}\n".encode())

    def reached(self, moment: str) -> None:
        """Count a moment, and die at the ordered one as by kill -9."""
        self._reached[moment] += 1
        if (moment, self._reached[moment]) == self._deadly:
            self.write("killed", moment=moment)
            os.kill(os.getpid(), signal.SIGKILL)

    def restored(self, trade: LocalTrade, state: FloatArray | None) -> None:
        """Report the first state of a trade that this process has read back."""
        if state is not None and trade.id not in self._restored:
            self._restored.add(trade.id)
            self.write("restored", trade=trade.id, state=hexadecimal(state))

    def loop_begins(self, bot: FreqtradeBot) -> None:
        """Report the positions that a loop finds."""
        self._loops += 1
        self.write("loop begins", loop=self._loops, positions=[row["trade"] for row in _positions(bot)])

    def loop_ends(self, bot: FreqtradeBot) -> None:
        """Report every position with its stop and its state as they are in memory."""
        failures = dict(getattr(bot.strategy, "failures", {}))
        self.write("loop ends", loop=self._loops, positions=_positions(bot), failures=failures)
        self.reached("loop over")


def hexadecimal(state: FloatArray) -> list[str]:
    """Every bit of a state as text."""
    return [float(value).hex() for value in state]


def _positions(bot: FreqtradeBot) -> list[dict[str, object]]:
    return [
        _position(bot.strategy.run, trade) for trade in Trade.get_open_trades() if trade.has_open_position
    ]


def _position(run: Run, trade: Trade) -> dict[str, object]:
    state = run.book._states.get(identity(trade))  # a mere look: asking the book would restore it
    return {
        "trade": trade.id,
        "pair": trade.pair,
        "side": -1 if trade.is_short else 1,
        "stop": trade.stop_loss,
        "initial_stop": trade.initial_stop_loss,
        "entry": trade.open_rate,
        "price": run.prices.tick(trade.pair),
        "tick": trade.price_precision,
        "waits": trade.has_open_orders,
        "level": None if state is None else stop_price(state, run.book.parameters),
        "state": None if state is None else hexadecimal(state),
    }


def _around(
    owner: type, name: str, before: Callable[..., None] | None, after: Callable[..., None] | None
) -> None:
    """Call `before` with the arguments and `after` with the answer and the arguments of a method."""
    found = owner.__dict__[name]
    inner: Callable[..., Any] = found.__func__ if isinstance(found, staticmethod | classmethod) else found

    @wraps(inner)
    def watched(*arguments: Any, **named: Any) -> Any:
        if before is not None:
            before(*arguments, **named)
        answer = inner(*arguments, **named)
        if after is not None:
            after(answer, *arguments, **named)
        return answer

    kind = type(found) if isinstance(found, staticmethod | classmethod) else lambda function: function
    setattr(owner, name, kind(watched))


def _deadly_replacement(diary: Diary) -> Callable[[Path, bytes], None]:
    """Return the state file's `replace_file`, which can die in the middle of a write and before the replacement."""

    def replace_file(path: Path, content: bytes) -> None:
        half = len(content) // 2
        with replacing(path) as file:
            file.write(content[:half])
            file.flush()
            diary.reached(_HALF_WRITTEN)
            file.write(content[half:])
            file.flush()
            os.fsync(file.fileno())
            diary.reached(_NOT_REPLACED)

    return replace_file


def listen(strategy: type) -> None:
    """Put the listeners around the functions, once; `strategy` is the class whose callbacks are watched."""
    if strategy in _LISTENING:
        return
    _LISTENING.append(strategy)
    diary = Diary()

    def moment(owner: type, name: str, *, before: str | None = None, after: str | None = None) -> None:
        _around(
            owner,
            name,
            None if before is None else lambda *_, **__: diary.reached(before),
            None if after is None else lambda *_, **__: diary.reached(after),
        )

    def when_answered(owner: type, name: str, what: str) -> None:
        _around(owner, name, None, lambda answer, *_, **__: diary.reached(what) if answer else None)

    _around(FreqtradeBot, "process", diary.loop_begins, lambda _, bot: diary.loop_ends(bot))
    _around(PositionBook, "_restored", None, lambda state, _, trade: diary.restored(trade, state))
    _around(AccountLoop, "_restore", None, lambda _, loop, __: _tell_account(diary, loop))
    moment(Exchange, "create_order", after="order placed")
    moment(FreqtradeBot, "execute_trade_exit", before="exit decided", after="exit executed")
    moment(CustomDataWrapper, "set_custom_data", before="before custom data", after="after custom data")
    moment(Trade, "commit", before="before commit", after="after commit")
    moment(PairLocks, "lock_pair", before="before lock", after="after lock")
    moment(state_file.StateFile, "put", after="state file put")
    moment(strategy, "bot_loop_start", after="guards asked")
    moment(strategy, "populate_entry_trend", after="candles analysed")
    _around(
        strategy,
        "order_filled",
        lambda _, **named: diary.reached(f"{_kind(**named)} not yet taken"),
        lambda _, __, **named: diary.reached(f"{_kind(**named)} taken"),
    )
    when_answered(strategy, "confirm_trade_entry", "entry confirmed")
    when_answered(strategy, "adjust_trade_position", "reduction decided")
    when_answered(strategy, "custom_exit", "close decided")
    vars(state_file).update(replace_file=_deadly_replacement(diary))


def _kind(trade: LocalTrade, order: Order, **_: object) -> str:
    """Name what has filled, in the words of the plan of kills."""
    if order.ft_order_side == trade.entry_side:
        return "entry fill"
    if (order.ft_order_tag or "").startswith("KILL_SWITCH"):
        return "kill switch fill"
    return "reduction fill" if trade.is_open else "closing fill"


def _tell_account(diary: Diary, loop: AccountLoop) -> None:
    guards, account = loop.guards, loop.account
    diary.write(
        "account restored",
        peak_equity=[list(day) for day in account.peak.days],
        daily_loss=None if guards.daily is None else list(guards.daily),
        kill_switch_events=[[event.pair, event.time, event.reason.name] for event in guards.kill_events],
    )
