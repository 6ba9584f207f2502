"""Scanner and strategy on the same candles: the same digests, pair by pair and candle by candle.

The strategy runs in Freqtrade's own bot on the replay exchange, the scanner on a market memory that is fed the same
recorded candles. `HHQ_SCANNER_COINS` (a number) and `HHQ_SCANNER_CANDLES` widen the run (`make parity-scanner`); a long
run puts the candles into the bot's cache, a short one lets the bot download them.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from companion.offline.data_folder import open_folder
from companion.offline.decisions import bar_closing_at
from hhq.gates import Gate
from tests.parity.scanned_candles import Comparison, DrawnRows, ScannedCandles

pytestmark = [pytest.mark.processes, pytest.mark.timeout(4 * 3600)]

FIRST_CLOSE = datetime(2025, 9, 13, 15, 35, tzinfo=UTC)
"""Accepted signals in the first candles; AVNT was listed four days before, so its window is not full."""
FIRST = ("BTC", "ETH", "AVNT", "SOL", "XRP", "HBAR", "NAORIS", "ZEC", "AAVE", "TAKE")
COINS, CANDLES = 10, 4
DOWNLOADED = 12
"""Candles of the longest run in which the bot downloads them."""


@pytest.fixture(scope="module")
def candles(recorded_data: Path, tmp_path_factory: pytest.TempPathFactory) -> ScannedCandles:
    folder = open_folder(recorded_data / "binance")
    first = [f"{base}/USDT:USDT" for base in FIRST]
    order = [pair for pair in first if pair in folder.pairs] + [p for p in folder.pairs if p not in first]
    wanted = int(os.environ.get("HHQ_SCANNER_COINS", COINS))
    return ScannedCandles(folder, order[:wanted], tmp_path_factory.mktemp("scanned"))


@pytest.mark.parametrize("recorded", [False, True], ids=["candles alone", "with recorded rows"])
def test_every_digest_of_the_scanner_is_the_strategys(
    candles: ScannedCandles, tmp_path: Path, *, recorded: bool
) -> None:
    first, count = bar_closing_at(FIRST_CLOSE), int(os.environ.get("HHQ_SCANNER_CANDLES", CANDLES))
    rows = DrawnRows(candles.pairs, first, count, tmp_path / "recorded") if recorded else None
    scanner = asyncio.run(candles.by_the_scanner(first, count, rows))
    bot = candles.by_the_bot(first, count, rows, download=count <= DOWNLOADED)
    compared = Comparison(bot, scanner)
    report(compared)
    assert len(compared.bot) == count * len(candles.pairs)
    assert len(scanner) == len(compared.bot), "the scanner has decided every coin"
    assert compared.mismatches() == []
    assert accepted(compared) > 0


def accepted(compared: Comparison) -> int:
    return sum(gate == Gate.SCORE_PASS for _, gate, _ in compared.bot.values())


def report(compared: Comparison) -> None:
    gates = Counter(Gate(gate).name for _, gate, _ in compared.bot.values())
    counts = f"{len(compared.bot):,} coin-candles compared, {len(compared.mismatches())} differ"
    print(f"\n{counts}; {dict(gates.most_common())}")  # noqa: T201 (the log of a run says how much it compared)
