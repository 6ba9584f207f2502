"""`companion explain` and the strategy inside the real Freqtrade, its facts from the exchange: one decision."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from companion.__main__ import main
from companion.offline.data_folder import open_folder
from companion.offline.pair_rules import load_pair_rules
from companion.replay.app import AppOptions
from companion.replay.clock import ManualClock
from companion.replay.embedded import MarketSpecification, ensure_market
from companion.replay.market import load_market
from hhq.digest import digest_text
from tests.commands.explain.strategy_in_freqtrade import columns_of, strategy_on
from tests.replay.server import RunningExchange

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]
NO_LIMIT = AppOptions(weight_limit=10**9)


@pytest.mark.parametrize("kind", ["generated", "recorded"])
def test_explain_gives_the_decision_of_the_strategy_in_freqtrade(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if kind == "recorded":
        folder = open_folder(request.getfixturevalue("recorded_data") / "binance")
        wanted: tuple[str, ...] = ("SOL/USDT:USDT", "BTC/USDT:USDT", "WLFI/USDT:USDT")
        begin, end = datetime(2025, 9, 10), datetime(2025, 9, 13)  # noqa: DTZ001 (days of Freqtrade's time range)
    else:
        folder = open_folder(ensure_market(tmp_path / "market", MarketSpecification(coins=5, days=9)))
        wanted = (*folder.pairs[:2], folder.pairs[-1])
        begin, end = folder.span()[0] + timedelta(days=6), folder.span()[1]
    tape = load_market(folder.path, folder.exchange_info(folder.span()[1]))
    rules = load_pair_rules(folder, folder.pairs)
    with (
        RunningExchange(tape, ManualClock(tape.end - 60_000), NO_LIMIT) as exchange,
        strategy_on(exchange.port, folder.path, folder.pairs, begin, end, tmp_path) as strategy,
    ):
        for pair in wanted:
            known, row = strategy.context.facts.of(pair).coin_table(pair), folder.pairs.index(pair)
            assert known.tick_size[0] == rules.coins.tick_size[row]
            np.testing.assert_array_equal(known.largest_leverage[0], rules.coins.largest_leverage[row])
            np.testing.assert_array_equal(known.maintenance_rate[0], rules.coins.maintenance_rate[row])
            columns = columns_of(strategy, pair).iloc[1500:]
            for _, group in columns.groupby("hhq_gate"):
                candle = group.iloc[-1]
                close = candle["date"] + pd.Timedelta(minutes=5)
                arguments = ("--data", str(folder.path), "--pair", pair, "--at", close.isoformat(), "--json")
                assert main(("explain", *arguments)) == 0
                answer = json.loads(capsys.readouterr().out)
                assert answer["digest"] == digest_text(float(candle["hhq_digest"]))
