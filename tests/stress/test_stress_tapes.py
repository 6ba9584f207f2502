"""Tapes: what comes before the event stays, the event is what was scripted, the market goes on after it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from companion.replay.embedded.specification import CANDLE_MS
from companion.stress import paths
from companion.stress.scenarios import BY_NAME, CANDLE_CODES, SCENARIOS, TWO_DAYS
from companion.stress.tape import SPECIFICATION, WARM_UP_DAYS, Tape

PAIR = "ETH/USDT:USDT"
AT = SPECIFICATION.start_ms + 2000 * CANDLE_MS


@pytest.fixture
def tape(calm_market: Path) -> Tape:
    return Tape(calm_market)


def test_the_calm_before_a_tape_is_longer_than_the_strategys_warm_up() -> None:
    start = pd.Timestamp(SPECIFICATION.start)
    assert (pd.Timestamp(TWO_DAYS[0]) - start).days == WARM_UP_DAYS
    assert WARM_UP_DAYS * 288 >= 1500


def test_candles_before_the_event_stay_bit_for_bit(tape: Tape) -> None:
    before = tape.candles[PAIR].copy()
    tape.script(PAIR, AT, paths.moves((-8.0, -15.0, -16.9)))
    pd.testing.assert_frame_equal(tape.candles[PAIR][:2000], before[:2000])
    assert not np.allclose(tape.candles[PAIR]["close"][2000:], before["close"][2000:])


def test_a_flash_crash_takes_35_percent_without_a_gap(tape: Tape) -> None:
    before = tape.close_before(PAIR, AT)
    tape.script(PAIR, AT, paths.moves((-8.0, -15.0, -16.9)))
    crash = tape.candles[PAIR][2000:2003]
    assert crash["close"].iloc[-1] / before == pytest.approx(0.65, abs=0.001)
    assert crash["open"].to_numpy()[1:] == pytest.approx(crash["close"].to_numpy()[:-1])
    assert crash["open"].iloc[0] == pytest.approx(before)


def test_the_market_goes_on_from_where_the_event_ends(tape: Tape) -> None:
    before = tape.candles[PAIR]["close"].to_numpy(copy=True)
    tape.script(PAIR, AT, paths.moves((-10.0, 2.0)))
    after = tape.candles[PAIR]["close"].to_numpy()
    assert np.diff(np.log(after[2001:2100])) == pytest.approx(np.diff(np.log(before[2001:2100])), abs=2e-5)


def test_a_gap_opens_away_from_the_last_close(tape: Tape) -> None:
    before = tape.close_before(PAIR, AT)
    tape.script(PAIR, AT, paths.moves((-1.0,), gap=-10.0))
    assert tape.candles[PAIR]["open"].iloc[2000] / before == pytest.approx(0.9, abs=1e-4)


def test_highs_and_lows_enclose_every_scripted_candle(tape: Tape) -> None:
    tape.script(
        PAIR, AT, paths.joined(paths.flat(3), paths.moves((1.0, -2.0), wick=0.7), paths.through((0.9, 1.1)))
    )
    frame = tape.candles[PAIR]
    assert (frame["high"] >= frame[["open", "close"]].max(axis=1)).all()
    assert (frame["low"] <= frame[["open", "close"]].min(axis=1)).all()


def test_removed_candles_are_missing_and_a_delisted_coin_ends(tape: Tape) -> None:
    tape.remove(PAIR, AT, 12)
    assert len(tape.candles[PAIR]) == SPECIFICATION.candles - 12
    tape.remove("BTC/USDT:USDT", AT)
    assert len(tape.candles["BTC/USDT:USDT"]) == 2000


def test_a_written_tape_is_read_back_as_it_was(tape: Tape, tmp_path: Path) -> None:
    tape.script(PAIR, AT, paths.moves((-3.0, 1.0)))
    tape.set_funding(PAIR, AT, 3, 0.02)
    folder = tape.write(tmp_path / "data")
    written = pd.read_feather(folder / "futures" / "ETH_USDT_USDT-5m-futures.feather")
    pd.testing.assert_frame_equal(written, tape.candles[PAIR])
    funding = pd.read_feather(folder / "futures" / "ETH_USDT_USDT-1h-funding_rate.feather")
    assert (funding["open"] == 0.02).sum() == 3
    assert funding["date"].is_monotonic_increasing
    mark = pd.read_feather(folder / "futures" / "ETH_USDT_USDT-1h-mark.feather")
    hour = mark[mark["date"] == written["date"].iloc[2004].floor("h")]
    assert float(hour["low"].iloc[0]) <= float(written["low"].iloc[2004:2008].min())


def test_the_twelve_events_of_the_specification_have_a_tape() -> None:
    assert {
        "flash-crash", "pump", "gap", "halt", "delisting", "funding-spike", "spread-blow-out", "slow-bleed",
        "whipsaw", "liquidation-move", "data-gap", "restart-in-bot",
    } <= set(BY_NAME)  # fmt: skip


def test_what_a_scenario_must_show_is_a_code_of_the_table() -> None:
    assert {code for scenario in SCENARIOS for code in scenario.must_show} <= CANDLE_CODES
