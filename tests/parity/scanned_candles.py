"""Candle after candle through a running bot and through the scanner: the digests of both, by pair and candle."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import time_machine
from freqtrade.configuration import Configuration
from freqtrade.enums import RunMode
from freqtrade.freqtradebot import FreqtradeBot
from freqtrade.persistence import Trade
from freqtrade.persistence.usedb_context import enable_database_use

from companion.bot.comparison import INPUT_COLUMNS
from companion.bot.configuration import layer, replay_exchange
from companion.offline.data_folder import DataFolder
from companion.recorder.newest_file import NewestFile
from companion.replay.app import AppOptions
from companion.replay.clock import ManualClock as ServedClock
from companion.scanner.sources import SealedSource
from hhq.panel import CANDLE_MS, RecordedRows
from hhq_shared.recorded_format import INPUTS
from tests.parity.both_runs import NOT_LIMITED, STRATEGIES, Coins
from tests.parity.kept_candles import KeptCandles
from tests.parity.tape import sealed_rows
from tests.replay.server import RunningExchange
from tests.scanner.fed_market import Bench, FedMarket, close_ms

Digests: TypeAlias = dict[tuple[str, int], tuple[float, int, tuple[float, ...]]]
"""Digest, gate and digests of the inputs of each pair and candle."""
AFTER_CLOSE = timedelta(seconds=5)


@dataclass
class Comparison:
    """What both decided on the same pairs and candles."""

    bot: Digests
    scanner: Digests

    def mismatches(self) -> list[tuple[str, int]]:
        """Pairs and candles on which they differ, or that only one of them has decided."""
        return sorted(
            key for key in self.bot.keys() | self.scanner.keys() if self.bot.get(key) != self.scanner.get(key)
        )


class DrawnRows:
    """Recorded rows of a stretch of candles, drawn at random around every threshold; some coins have none for hours.

    The bot reads them from the recorder's file of the newest rows, the scanner from here.
    """

    def __init__(self, pairs: Sequence[str], first_bar: int, candles: int, folder: Path) -> None:
        self.folder = folder
        self._pairs = tuple(pairs)
        self._first_bar = first_bar
        rows = sealed_rows(len(pairs), candles, np.full((len(pairs), candles), np.nan), seed=23)
        self._values = np.stack([getattr(rows, name) for name in INPUTS]).astype(np.float32)
        self._file = NewestFile(folder)

    def publish(self, bar: int) -> None:
        """Show a candle's row to the bot, as the recorder does at the close."""
        assert self._file.publish(bar, self._pairs, self._values[:, :, bar - self._first_bar])

    def at(self, bar: int) -> RecordedRows:
        """The row of a candle; n/a outside the stretch."""
        column = bar - self._first_bar
        if not 0 <= column < self._values.shape[2]:
            return RecordedRows.not_available(len(self._pairs), 1)
        return RecordedRows(*self._values[:, :, column : column + 1].astype(np.float64))

    async def sealed(self, bar: int) -> RecordedRows:
        """All rows are sealed from the start."""
        return self.at(bar)


class ScannedCandles:
    """A bot on the replay exchange and a scanner on a fed memory, both on the same recorded coins."""

    def __init__(self, folder: DataFolder, pairs: Sequence[str], work: Path) -> None:
        self.folder = folder
        self.pairs = tuple(pairs)
        self.work = work
        self.coins = Coins.chosen(folder, self.pairs, work / "data")
        self.user_data = work / "user_data"
        for name in ("data", "logs"):
            (self.user_data / name).mkdir(parents=True, exist_ok=True)

    def by_the_bot(
        self, first_bar: int, candles: int, rows: DrawnRows | None = None, *, download: bool = True
    ) -> Digests:
        """Run one loop of the bot after each close; returns the newest row of every pair's analysed columns.

        Without ``download`` the candles are put into the bot's cache, so that a long run does not request each of them.
        """
        found: Digests = {}
        recordings = self.work / "nothing-recorded" if rows is None else rows.folder
        with self._bot(first_bar, recordings) as (bot, clock, served):
            if not download:
                KeptCandles(self.folder, self.pairs).serve(bot.exchange)
            for bar in range(first_bar, first_bar + candles):
                if rows is not None:
                    rows.publish(bar)
                at = _after_close(bar)
                served.set(round(at.timestamp() * 1000))
                clock.move_to(at, tick=False)
                bot.process()
                assert not bot.strategy.failures, bot.strategy.failures
                for pair in self.pairs:
                    found |= _newest(bot, pair, bar)
        return found

    async def by_the_scanner(
        self, first_bar: int, candles: int, sealed: SealedSource | None = None
    ) -> Digests:
        """Feed the memory candle by candle; returns the digests of every first pass."""
        market = FedMarket(self.folder, self.pairs)
        market.backfill(first_bar - 1)
        found: Digests = {}
        bench = Bench(market, self.work / "scanner", sealed=sealed)
        async with bench.running(close_ms(first_bar - 1) + 1_000) as driven:
            await driven.turn(298.0)
            for bar in range(first_bar, first_bar + candles):
                await driven.clock.advance((close_ms(bar) - 500 - driven.clock.now_ms()) / 1000.0)
                market.close(bar)
                await driven.turn(1.0)
                scan = driven.scan
                assert (scan.bar, scan.pass_number) == (bar, 1)
                for row, pair in enumerate(scan.pairs):
                    if scan.fresh[row]:
                        gate = int(scan.decisions.gate[row, 0])
                        found[pair, bar] = (
                            float(scan.digests[row]),
                            gate,
                            tuple(scan.inputs[:, row].tolist()),
                        )
        return found

    @contextmanager
    def _bot(self, first_bar: int, recordings: Path) -> Iterator[tuple[FreqtradeBot, Any, ServedClock]]:
        at = _after_close(first_bar)
        served = ServedClock(round(at.timestamp() * 1000))
        options = AppOptions(weight_limit=NOT_LIMITED)
        with (
            RunningExchange(self.coins.market, served, options) as exchange,
            time_machine.travel(at, tick=False) as clock,
        ):
            # An earlier backtest has told Freqtrade to do without a database.
            enable_database_use()
            config = Configuration(self._arguments(exchange.port, recordings), RunMode.DRY_RUN).get_config()
            bot = FreqtradeBot(config)
            try:
                bot.startup()
                yield bot, clock, served
            finally:
                bot.exchange.close()
                Trade.session.remove()

    def _arguments(self, port: int, recordings: Path) -> dict[str, Any]:
        part: dict[str, Any] = dict(replay_exchange(port, list(self.pairs)))
        # All pairs' histories are requested at once, from a server in the same process.
        part["exchange"] = {
            **part["exchange"],
            "ccxt_config": {**part["exchange"]["ccxt_config"], "timeout": 120_000},
        }
        content = {
            **part,
            "db_url": "sqlite://",
            "api_server": {"enabled": False, "username": "tester", "password": "tester"},
            "max_open_trades": 0,
            "hhq": {"overlay": str(self.work / "no-overlay.toml"), "recordings": str(recordings)},
        }
        path = self.work / "last-layer.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        return {
            "config": [str(layer("base")), str(layer("dry-run")), str(path)],
            "strategy": "HHQStrategy",
            "strategy_path": str(STRATEGIES),
            "user_data_dir": str(self.user_data),
            "datadir": str(self.coins.path),
        }


def _newest(bot: FreqtradeBot, pair: str, bar: int) -> Digests:
    """The newest analysed candle of a pair, which has to be the one of ``bar``."""
    frame, _ = bot.dataprovider.get_analyzed_dataframe(pair, "5m")
    last = frame.iloc[-1]
    assert int(last["date"].timestamp() * 1000) == bar * CANDLE_MS, f"{pair}: {last['date']}"
    inputs = tuple(float(last[column]) for column in INPUT_COLUMNS)
    return {(pair, bar): (float(last["hhq_digest"]), int(last["hhq_gate"]), inputs)}


def _after_close(bar: int) -> datetime:
    return datetime.fromtimestamp(close_ms(bar) / 1000.0, UTC) + AFTER_CLOSE
