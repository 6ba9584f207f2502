"""Reading a data folder: rules, aggregation, refusals."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import numpy as np
import orjson
import pandas as pd
import pytest

from companion.replay.candles import DAY, HOUR, INTERVALS, bucket_start
from companion.replay.decimals import decimals_of, digits_of_step, plain
from companion.replay.errors import MarketDataError
from companion.replay.market import Market, load_market
from tests.replay.sample_market import COINS


def test_all_coins_are_found_with_the_decimals_their_candles_use(market: Market) -> None:
    assert set(market.coins) == {sample.base + "USDT" for sample in COINS}
    for sample in COINS:
        rules = market.coins[sample.base + "USDT"].rules
        assert rules.price_digits == sample.price_digits
        assert rules.quantity_digits == sample.volume_digits
        assert rules.tick == pytest.approx(10.0**-sample.price_digits)


def test_the_parent_of_a_folder_named_binance_is_accepted(market_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "binance").symlink_to(market_folder)
    assert len(load_market(tmp_path).coins) == len(COINS)


def test_a_coin_whose_candles_end_early_counts_as_delisted(market: Market) -> None:
    assert [symbol for symbol, held in market.coins.items() if market.delisted(held)] == ["GONEUSDT"]


def test_an_offset_moves_every_series(market: Market) -> None:
    moved = market.at_offset(3 * DAY)
    for symbol, before in market.coins.items():
        after = moved.coins[symbol]
        assert np.array_equal(after.candles.time - before.candles.time, np.full(len(before.candles), 3 * DAY))
    bitcoin, funding = market.coins["BTCUSDT"], moved.coins["BTCUSDT"].funding
    assert bitcoin.funding is not None
    assert funding is not None
    assert int(funding.time[0] - bitcoin.funding.time[0]) == 3 * DAY


def test_an_offset_off_the_candle_grid_is_refused(market: Market) -> None:
    with pytest.raises(ValueError, match="5m candles"):
        market.at_offset(1_000)


@pytest.mark.parametrize("name", ["15m", "1h", "4h", "1d", "1w"])
def test_longer_candles_equal_those_of_pandas(market: Market, name: str) -> None:
    interval = INTERVALS[name]
    candles = market.coins["SOLUSDT"].candles
    frame = pd.DataFrame({"t": [bucket_start(int(t), interval) for t in candles.time]})
    for column in ("open", "high", "low", "close", "volume"):
        frame[column] = getattr(candles, column)
    wanted = frame.groupby("t").agg(
        open=("open", "first"), high=("high", "max"), low=("low", "min"), close=("close", "last"),
        volume=("volume", "sum"),
    )  # fmt: skip
    built = candles.aggregated(interval)
    assert built.time.tolist() == wanted.index.tolist()
    for column in ("open", "high", "low", "close"):
        assert np.array_equal(getattr(built, column), wanted[column].to_numpy())
    assert np.allclose(built.volume, wanted["volume"].to_numpy())


def test_weeks_begin_on_monday() -> None:
    monday = 1_740_960_000_000  # 2025-03-03T00:00Z
    assert bucket_start(monday + 3 * DAY + HOUR, 7 * DAY) == monday


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(MarketDataError, match="nowhere"):
        load_market(tmp_path / "nowhere")


def test_a_folder_without_futures_is_named(tmp_path: Path) -> None:
    with pytest.raises(MarketDataError, match="no folder 'futures'"):
        load_market(tmp_path)


def test_a_folder_without_5m_candles_is_named(tmp_path: Path) -> None:
    (tmp_path / "futures").mkdir()
    with pytest.raises(MarketDataError, match="no 5m candles"):
        load_market(tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "futures/BTC_USDT_USDT-5m-futures.feather",
        "futures/ETH_USDT_USDT-1h-mark.feather",
        "futures/SOL_USDT_USDT-1h-funding_rate.feather",
        "book/BTC_USDT_USDT-5m-book.feather",
    ],
)
@pytest.mark.parametrize("kept", [0, 3, 1_000])
def test_a_truncated_file_is_named_at_the_start(
    market_folder: Path, tmp_path: Path, name: str, kept: int
) -> None:
    folder = tmp_path / "cut"
    shutil.copytree(market_folder, folder)
    path = folder / name
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(MarketDataError, match=path.name):
        load_market(folder)


def broken(market_folder: Path, tmp_path: Path, frame: pd.DataFrame) -> Path:
    folder = tmp_path / "broken"
    (folder / "futures").mkdir(parents=True)
    frame.to_feather(folder / "futures" / "BTC_USDT_USDT-5m-futures.feather")
    return folder


def test_a_missing_column_a_gap_in_prices_and_falling_dates_are_named(
    market_folder: Path, tmp_path: Path
) -> None:
    frame = pd.read_feather(market_folder / "futures" / "BTC_USDT_USDT-5m-futures.feather")
    hollow = frame.copy()
    hollow.loc[5, "low"] = np.nan
    cases = {
        "'high' is missing": frame.drop(columns="high"),
        "not finite": hollow,
        "not rising": frame.iloc[::-1].reset_index(drop=True),
        "not times": frame.assign(date=1.0),
    }
    for number, (text, content) in enumerate(cases.items()):
        with pytest.raises(MarketDataError, match=text):
            load_market(broken(market_folder, tmp_path / str(number), content))


def test_rules_come_from_a_recorded_exchange_info_and_its_own_marks_are_dropped(
    market_folder: Path, tmp_path: Path
) -> None:
    entry = {
        "symbol": "BTCUSDT", "contractType": "PERPETUAL", "onboardDate": 1, "_src": "recorded",
        "filters": [
            {"filterType": "PRICE_FILTER", "tickSize": "0.10", "minPrice": "1", "maxPrice": "2"},
            {"filterType": "LOT_SIZE", "stepSize": "0.001", "minQty": "0.001", "maxQty": "1"},
            {"filterType": "MIN_NOTIONAL", "notional": "100"},
        ],
    }  # fmt: skip
    path = tmp_path / "info.json.gz"
    path.write_bytes(gzip.compress(orjson.dumps({"symbols": [entry]})))
    rules = load_market(market_folder, path).coins["BTCUSDT"].rules
    assert (rules.tick, rules.step, rules.price_digits) == (0.1, 0.001, 1)
    assert "_src" not in rules.info
    assert rules.info["filters"][2]["notional"] == "100"  # type: ignore[index,call-overload]  # plain JSON


def with_a_coarse_tick(folder: Path, contract: dict[str, str | int]) -> Path:
    """An exchangeInfo file of one coin, whose candles do not keep to the tick that it states."""
    filters = [
        {"filterType": "PRICE_FILTER", "tickSize": "5"},
        {"filterType": "LOT_SIZE", "stepSize": "0.001"},
    ]
    path = folder / "info.json"
    path.write_bytes(orjson.dumps({"symbols": [{"symbol": "BTCUSDT", "filters": filters, **contract}]}))
    return path


def test_a_recorded_tick_that_the_candles_do_not_keep_is_not_used(
    market_folder: Path, tmp_path: Path
) -> None:
    path = with_a_coarse_tick(tmp_path, {"contractType": "PERPETUAL"})
    assert load_market(market_folder, path).coins["BTCUSDT"].rules.tick == 0.1


def with_values(
    market_folder: Path, tmp_path: Path, base: str, changes: dict[tuple[int, str], float]
) -> Path:
    """A folder with the candles of one coin, in which single values are replaced."""
    folder = tmp_path / f"{base}-{len(changes)}"
    (folder / "futures").mkdir(parents=True)
    name = f"{base}_USDT_USDT-5m-futures.feather"
    frame = pd.read_feather(market_folder / "futures" / name)
    for (row, column), value in changes.items():
        frame.loc[row, column] = value
    frame.to_feather(folder / "futures" / name)
    return folder


@pytest.mark.parametrize("column", ["open", "high", "low", "close", "volume"])
def test_one_odd_print_changes_neither_tick_nor_step(
    market_folder: Path, tmp_path: Path, column: str
) -> None:
    # Row 0 is in every sample of the rows.
    frame = pd.read_feather(market_folder / "futures" / "SOL_USDT_USDT-5m-futures.feather")
    changes = {(row, column): float(frame.loc[row, column]) + 0.0003 for row in (0, 700)}
    rules = load_market(with_values(market_folder, tmp_path, "SOL", changes)).coins["SOLUSDT"].rules
    assert (rules.tick, rules.step) == (0.01, 1.0)
    assert (rules.price_digits, rules.quantity_digits) == (2, 0)


def test_wicks_off_the_grid_change_nothing_however_many(market_folder: Path, tmp_path: Path) -> None:
    frame = pd.read_feather(market_folder / "futures" / "SOL_USDT_USDT-5m-futures.feather")
    changes = {(row, "high"): float(frame.loc[row, "high"]) + 0.0003 for row in range(0, 2_000, 2)}
    rules = load_market(with_values(market_folder, tmp_path, "SOL", changes)).coins["SOLUSDT"].rules
    assert rules.tick == 0.01


def test_a_finer_grid_that_a_part_of_the_candles_uses_is_the_tick(
    market_folder: Path, tmp_path: Path
) -> None:
    frame = pd.read_feather(market_folder / "futures" / "SOL_USDT_USDT-5m-futures.feather")
    changes = {(row, "close"): float(frame.loc[row, "close"]) + 0.003 for row in range(2_000, 2_100)}
    rules = load_market(with_values(market_folder, tmp_path, "SOL", changes)).coins["SOLUSDT"].rules
    assert rules.tick == 0.001


def test_a_declared_tick_holds_against_one_odd_print(market_folder: Path, tmp_path: Path) -> None:
    frame = pd.read_feather(market_folder / "futures" / "BTC_USDT_USDT-5m-futures.feather")
    changes = {(40, "close"): float(frame.loc[40, "close"]) + 0.037}
    folder = with_values(market_folder, tmp_path, "BTC", changes)
    entry = {
        "symbol": "BTCUSDT", "contractType": "PERPETUAL",
        "filters": [
            {"filterType": "PRICE_FILTER", "tickSize": "0.10"},
            {"filterType": "LOT_SIZE", "stepSize": "0.001"},
            {"filterType": "MIN_NOTIONAL", "notional": "100"},
        ],
    }  # fmt: skip
    (folder / "exchangeInfo.json").write_bytes(orjson.dumps({"symbols": [entry]}))
    rules = load_market(folder).coins["BTCUSDT"].rules
    assert rules.tick == 0.1
    assert rules.info["filters"][2]["notional"] == "100"  # type: ignore[index,call-overload]  # plain JSON


def test_the_contract_of_such_a_coin_stays_the_recorded_one(market_folder: Path, tmp_path: Path) -> None:
    contract: dict[str, str | int] = {
        "contractType": "TRADIFI_PERPETUAL",
        "deliveryDate": 4133408400000,
        "underlyingType": "EQUITY",
    }
    rules = load_market(market_folder, with_a_coarse_tick(tmp_path, contract)).coins["BTCUSDT"].rules
    assert rules.tick == 0.1
    assert {name: rules.info[name] for name in contract} == contract


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"symbols": 1}'])
def test_a_bad_exchange_info_is_named(market_folder: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "exchange.json"
    path.write_bytes(content)
    with pytest.raises(MarketDataError, match=r"exchange\.json"):
        load_market(market_folder, path)


def test_both_spellings_of_funding_files_are_read(market_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "newer"
    shutil.copytree(market_folder, folder)
    path = folder / "futures" / "BTC_USDT_USDT-1h-funding_rate.feather"
    frame = pd.read_feather(path)
    frame[["date", "open"]].rename(columns={"open": "funding_rate"}).to_feather(path)
    rows = load_market(folder).coins["BTCUSDT"].funding
    assert rows is not None
    assert rows.rate.tolist() == frame["open"].tolist()


def test_numbers_are_written_plainly_and_without_loss() -> None:
    assert plain(0.00001234, 8) == "0.00001234"
    assert plain(1e-9, 4) == "0.000000001"
    assert plain(84_000.0, 1) == "84000.0"
    assert decimals_of(np.array([1.0, 2.25, 3.5])) == 2
    assert [digits_of_step(step) for step in ("0.10", "0.00100", "1", "10")] == [1, 3, 0, 0]


def test_the_recorded_market_gives_the_recorded_ticks(recorded_data: Path) -> None:
    info = recorded_data / "exchange" / "exchangeInfo-2025-08-11.json.gz"
    derived, recorded = load_market(recorded_data / "binance"), load_market(recorded_data / "binance", info)
    assert len(derived.coins) == 61
    for symbol, held in recorded.coins.items():
        assert derived.coins[symbol].rules.tick == held.rules.tick
        assert derived.coins[symbol].rules.step == held.rules.step


def test_a_recorded_half_year_with_ten_odd_prints_keeps_its_tick(recorded_data: Path) -> None:
    info = recorded_data / "exchange" / "exchangeInfo-2025-08-11.json.gz"
    folder = recorded_data / "binance-2025h1"
    for market in (load_market(folder), load_market(folder, info)):
        assert market.coins["SOLUSDT"].rules.tick == 0.01


def test_own_hourly_candles_equal_those_built_from_5m(recorded_data: Path) -> None:
    held = load_market(recorded_data / "binance").coins["BTCUSDT"]
    own = held.earlier(HOUR)
    assert own is not None
    built = held.candles.aggregated(HOUR)
    same = own.between(int(built.time[0]), int(built.time[-1]) + HOUR)
    assert np.array_equal(same.high, built.high)
    assert np.array_equal(same.close, built.close)
