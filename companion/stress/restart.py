"""The flash crash in a dry-run bot that is killed and started again while it falls."""

from __future__ import annotations

import math
import time
from collections import Counter
from pathlib import Path

from companion.ground.errors import CompanionError
from companion.replay.embedded.specification import CANDLE_MS
from companion.stress.bot import BotRun, DryRunBot, candle_behind_a_long, drive
from companion.stress.judge import Loss
from companion.stress.outcome import Outcome
from companion.stress.scenarios import BY_NAME, CRASH, RESTART_IN_BOT, Scenario, write_everywhere
from companion.stress.tape import Tape
from companion.stress.watched import WatchedRun

_BEFORE, _WAIT, _AFTER = 2, 6, 6
"""Candles before a LONG of the backtest, candles to wait for it, candles after the event's first moment."""
_RESTART_AFTER_MS = 30_000
_ONCE = ("KILL_SWITCH_PARTIAL", "TIME_REDUCE_4H", "TIME_REDUCE_8H", "TP1", "TP2", "TP3")


def run_restart(calm: WatchedRun, market: Path, run_folder: Path) -> Outcome:
    """Drive the bot until it holds a LONG; then once more, into a crash right after that entry.

    The bot is killed half a minute into the crash.
    """
    began = time.perf_counter()
    scenario = BY_NAME[RESTART_IN_BOT]
    folder = run_folder / "stress" / scenario.name
    folder.mkdir(parents=True, exist_ok=True)
    tape, settings = Tape(market), scenario.setting.write(folder / "settings.toml")
    begin, event = _position(calm, DryRunBot(market, tape.pairs, folder, settings))
    write_everywhere(tape, event, CRASH)
    bot = DryRunBot(tape.write(folder / "data"), tape.pairs, folder, settings)
    with bot.running(begin):
        run = drive(bot, begin, event, event + _AFTER * CANDLE_MS, event + _RESTART_AFTER_MS)
    return _outcome(scenario, run, calm.daily_loss_pct, time.perf_counter() - began)


def _position(calm: WatchedRun, bot: DryRunBot) -> tuple[int, int]:
    """When a bot begins, and the candle by whose open it holds a LONG, at one of the backtest's entries.

    A limit order fills in a backtest by the candle's low, in a bot by the price at one of its loops: some do not.
    """
    for trade in calm.trades:
        if trade.side > 0:
            begin = trade.opened_at - _BEFORE * CANDLE_MS
            with bot.running(begin):
                event = candle_behind_a_long(bot, begin, begin + _WAIT * CANDLE_MS)
            if event is not None:
                return begin, event
    raise CompanionError("the bot entered no LONG in the generated market")


def _outcome(scenario: Scenario, run: BotRun, daily_loss_pct: float, seconds: float) -> Outcome:
    counts = Counter(code for codes in run.codes for code in codes)
    loss = Loss(
        run.worst_fall * 100.0, daily_loss_pct, run.stop_width / (run.first_equity or math.nan) * 100.0
    )
    changed = "; ".join(run.changed_by_restart)
    twice = [code for codes in run.codes for code in _ONCE if codes.count(code) > 1]
    missing = [code for code in scenario.must_show if not counts[code]]
    checks = (
        (not loss.within, "equity loss beyond the limit"),
        (bool(changed), "a restart changed what is known of a position"),
        (bool(twice), f"fired twice: {', '.join(twice)}"),
        (bool(run.failures), f"callbacks failed: {run.failures}"),
        (not run.positions_at_restart, "no position was open at the restart"),
        (bool(missing), f"did not show {', '.join(missing)}"),
    )
    exits = dict(sorted(counts.items()))
    return Outcome(
        name=scenario.name,
        loss=loss,
        codes=exits,
        event_codes=exits,
        positions_at_event=run.positions_at_restart,
        trades=len(run.codes),
        late=[],
        beyond_stop=0,
        beyond_margin=0,
        locks=(),
        positions_at_restart=run.positions_at_restart,
        restart=changed,
        seconds=seconds,
        broken=tuple(text for failed, text in checks if failed),
    )
