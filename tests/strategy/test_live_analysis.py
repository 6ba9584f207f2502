"""What a running bot analyses at each candle, against a strategy that sees the same candles for the first time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freqtrade.resolvers import StrategyResolver

from hhq.panel import WINDOW
from hhq_freqtrade.analysis.columns import DECISION, FEATURES, HISTORY, INPUTS, MARKET, SIGNALS
from tests.strategy.rig import SIGNAL_AT, SIGNAL_PAIR, Bot, Rig

CANDLES = ["date", "open", "high", "low", "close", "volume"]
NUMBERS = [*FEATURES, HISTORY, *MARKET, *DECISION, *SIGNALS]
BTC = "BTC/USDT:USDT"


def stranger(bot: Bot) -> Any:
    """Another strategy in the same bot: it has the same data and knows nothing about earlier analyses."""
    strategy = StrategyResolver.load_strategy(bot.freqtrade.config)
    strategy.dp = bot.strategy.dp
    strategy.wallets = bot.strategy.wallets
    return strategy


def analysed(bot: Bot, pair: str) -> pd.DataFrame:
    frame: pd.DataFrame = bot.strategy.dp.get_analyzed_dataframe(pair, "5m")[0]
    return frame


def through_columns(strategy: Any, candles: pd.DataFrame, pair: str) -> pd.DataFrame:
    """Analyse like a strategy that changes the frame between features and decisions."""
    frame: pd.DataFrame = strategy.populate_entry_trend(
        strategy.populate_indicators(candles.copy(), {"pair": pair}).copy(), {"pair": pair}
    )
    return frame


@pytest.mark.compiled
def test_every_loop_has_the_rows_of_a_strategy_that_starts_from_scratch(rig: Rig) -> None:
    signals = 0
    with rig.bot(SIGNAL_AT - timedelta(minutes=20)) as bot:
        for _ in range(10):
            bot.loop(timedelta(minutes=5))
            for pair in (SIGNAL_PAIR, BTC):
                live = analysed(bot, pair)
                anew = through_columns(stranger(bot), live[CANDLES], pair)
                assert len(live) > WINDOW + 100
                full = slice(WINDOW - 1, None)
                np.testing.assert_array_equal(live[NUMBERS].to_numpy()[full], anew[NUMBERS].to_numpy()[full])
                accepted = live["enter_long"].eq(1) | live["enter_short"].eq(1)
                assert (live["enter_tag"] == anew["enter_tag"])[accepted][full].all()
                assert live["enter_tag"][accepted].str.fullmatch(r"[A-Z_]+ [0-9a-f]{12}").all()
                assert (live["exit_tag"] == "").all()
                signals += int(accepted[full].sum())
    assert signals > 10


def test_the_newest_candle_names_its_inputs_and_a_missing_candle_of_btc_is_btcs_alone(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        bot.loop(timedelta(minutes=5))
        live = analysed(bot, SIGNAL_PAIR)
        assert live[INPUTS].iloc[:-1].isna().all(axis=None)
        known = live[INPUTS].iloc[-1]
        assert known.notna().all()
        anew = through_columns(stranger(bot), live[CANDLES], SIGNAL_PAIR)
        assert anew[INPUTS].iloc[-1].tolist() == known.tolist()
        frames = bot.freqtrade.exchange._klines
        (key,) = (key for key in frames if key[:2] == (BTC, "5m"))
        frames[key] = frames[key].iloc[:-1]
        without = through_columns(stranger(bot), live[CANDLES], SIGNAL_PAIR)
        changed = [name for name in INPUTS if without[name].iloc[-1] != known[name]]
        assert changed == ["hhq_input_market"]
        assert without["hhq_digest"].iloc[-1] != live["hhq_digest"].iloc[-1]
