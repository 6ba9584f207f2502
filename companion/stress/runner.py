"""Runs scenarios in worker processes against one replay exchange, and judges what they did."""

from __future__ import annotations

import logging
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path

from companion.ground import processes
from companion.ground.ports import any_free
from companion.offline import replay_process
from companion.replay.embedded import ensure_market
from companion.stress.moments import open_at
from companion.stress.outcome import Outcome, compared, judged
from companion.stress.scenarios import BY_NAME, RESTART_IN_BOT, SCENARIOS, TWO_DAYS
from companion.stress.tape import SPECIFICATION, Tape
from companion.stress.watched import WatchedRun

WORKERS = 2


def base_market(run_folder: Path) -> Path:
    """The calm market that all tapes are written into, generated at first use."""
    return ensure_market(run_folder / "stress" / "market", SPECIFICATION)


@contextmanager
def exchange(market: Path, run_folder: Path) -> Iterator[int]:
    """The replay exchange that serves every backtest its markets; yields its port."""
    port = any_free()
    with processes.ending_with_us() as children:
        child = children.add(
            lambda: replay_process.start(
                replay_process.ReplayOptions(market, port), run_folder / "stress" / "replay.log"
            )
        )
        replay_process.wait_until_ready(child, port)
        yield port


def run_all(names: Sequence[str], run_folder: Path, workers: int = WORKERS) -> Iterator[Outcome]:
    """Run scenarios by name; outcomes as they come.

    First the market without any event, once for each configuration, to see which positions it opens.
    """
    market = base_market(run_folder)
    settings = list(dict.fromkeys(BY_NAME[name].setting.name for name in names))
    spawning = multiprocessing.get_context("spawn")
    with exchange(market, run_folder) as port:
        workers = min(workers, len(names))
        with ProcessPoolExecutor(workers, mp_context=spawning, initializer=_quiet) as pool:
            try:
                calm = dict(
                    zip(settings, pool.map(run_calm, settings, *_same(market, port, run_folder)), strict=True)
                )
                waiting = [
                    pool.submit(run_one, name, calm[BY_NAME[name].setting.name], market, port, run_folder)
                    for name in sorted(names, key=lambda name: name != RESTART_IN_BOT)  # the longest first
                ]
                for done in as_completed(waiting):
                    yield done.result()
            finally:
                pool.shutdown(wait=True, cancel_futures=True)


def _same(*values: object) -> list[Iterator[object]]:
    return [repeat(value) for value in values]


def _quiet() -> None:
    """Freqtrade logs a lot about every run; what it raises still comes through."""
    logging.disable(logging.WARNING)


def run_calm(setting: str, market: Path, port: int, run_folder: Path) -> WatchedRun:
    """Run the market without any event with the setting of that name."""
    # Freqtrade and the compiled core are loaded in the workers only.
    from companion.stress.backtester import run_backtest

    scenario = next(scenario for scenario in SCENARIOS if scenario.setting.name == setting)
    folder = run_folder / "stress" / "calm" / setting.replace(" ", "-")
    return run_backtest(market, Tape(market).pairs, port, scenario.setting, TWO_DAYS, folder)


def run_one(name: str, calm: WatchedRun, market: Path, port: int, run_folder: Path) -> Outcome:
    """Write the event of a scenario over the positions of the calm run; run it, and again with a restart in it."""
    from companion.stress.backtester import run_backtest

    if name == RESTART_IN_BOT:
        from companion.stress.restart import run_restart

        return run_restart(calm, market, run_folder)
    began = time.monotonic()
    scenario = BY_NAME[name]
    folder = run_folder / "stress" / name
    tape = Tape(market)
    event, middle = scenario.script(tape, calm)
    data = tape.write(folder / "data")
    run = run_backtest(data, tape.pairs, port, scenario.setting, scenario.days, folder / "event")
    last = max((trade.closed_at for trade in open_at(run, event)), default=event)
    restart = min(middle, last)
    again = run_backtest(data, tape.pairs, port, scenario.setting, scenario.days, folder / "restart", restart)
    positions = len(open_at(run, restart))
    return judged(scenario, tape, event, run, compared(run, again), positions, time.monotonic() - began)
