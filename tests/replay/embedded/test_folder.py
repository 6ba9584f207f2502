from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import ccxt
import numpy as np
import pandas as pd
import pytest
from freqtrade.data.history import get_datahandler
from freqtrade.enums import CandleType, TradingMode
from freqtrade.exchange import binance as freqtrade_binance

from companion.replay.embedded import folder as folder_module
from companion.replay.embedded.folder import MarketFolderError, ensure_market
from companion.replay.embedded.generate import generate
from companion.replay.embedded.names import BASES
from companion.replay.embedded.specification import MarketSpecification
from tests.replay.embedded.conftest import SMALL

TINY = MarketSpecification(coins=3, days=1, seed=5)


def content(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def stamps(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()
    }


def test_freqtrade_finds_every_series_and_no_other(small_folder: Path) -> None:
    handler = get_datahandler(small_folder, "feather")
    found = set(handler.ohlcv_get_available_data(small_folder, TradingMode.FUTURES))
    pairs = [f"{base}/USDT:USDT" for base in BASES[: SMALL.coins]]
    kinds = [("5m", CandleType.FUTURES), ("1h", CandleType.MARK), ("1h", CandleType.FUNDING_RATE)]
    assert found == {(pair, frame, kind) for pair in pairs for frame, kind in kinds}


def test_freqtrade_reads_what_was_generated(small_folder: Path) -> None:
    handler = get_datahandler(small_folder, "feather")
    for coin in generate(SMALL):
        frame = handler.ohlcv_load(
            coin.traits.pair,
            "5m",
            CandleType.FUTURES,
            fill_missing=False,
            drop_incomplete=False,
            startup_candles=0,
        )
        assert np.array_equal(frame["date"].astype("int64"), coin.candles.time)
        for name in ("open", "high", "low", "close", "volume"):
            assert np.array_equal(frame[name], getattr(coin.candles, name))
        rates = handler.ohlcv_load(
            coin.traits.pair, "1h", CandleType.FUNDING_RATE, fill_missing=False, drop_incomplete=False
        )
        assert np.array_equal(rates["funding_rate"], coin.funding.rate)


def test_files_have_the_types_that_freqtrade_writes(small_folder: Path, tmp_path: Path) -> None:
    handler = get_datahandler(tmp_path, "feather")
    (tmp_path / "futures").mkdir()
    for kind, frame in ((CandleType.FUTURES, "5m"), (CandleType.MARK, "1h")):
        name = f"BTC_USDT_USDT-{frame}-{kind.value}.feather"
        ours = pd.read_feather(small_folder / "futures" / name)
        handler.ohlcv_store("BTC/USDT:USDT", frame, ours, kind)
        theirs = pd.read_feather(tmp_path / "futures" / name)
        pd.testing.assert_frame_equal(ours, theirs)
        assert str(ours["date"].dtype) == "datetime64[ms, UTC]"


def test_files_have_the_form_of_recorded_ones(small_folder: Path, recorded_data: Path) -> None:
    for name in ("5m-futures", "1h-mark", "1h-funding_rate"):
        ours = pd.read_feather(small_folder / "futures" / f"BTC_USDT_USDT-{name}.feather")
        real = pd.read_feather(recorded_data / "binance" / "futures" / f"BTC_USDT_USDT-{name}.feather")
        assert ours.dtypes.to_dict() == real.dtypes.to_dict()
        assert list(ours.columns) == list(real.columns)
        assert ours["date"].diff().iloc[1] == real["date"].diff().iloc[1]


def test_every_candle_has_its_book(small_folder: Path) -> None:
    for base in BASES[: SMALL.coins]:
        candles = pd.read_feather(small_folder / "futures" / f"{base}_USDT_USDT-5m-futures.feather")
        book = pd.read_feather(small_folder / "book" / f"{base}_USDT_USDT-5m-book.feather")
        assert list(book.columns) == ["date", "spread_pct", "imbalance"]
        assert book["date"].equals(candles["date"])


def test_ccxt_reads_the_rules(small_folder: Path) -> None:
    exchange = ccxt.binance()
    answer = content(small_folder / "exchangeInfo.json")
    markets = {market["symbol"]: market for market in map(exchange.parse_market, answer["symbols"])}
    assert set(markets) == {f"{base}/USDT:USDT" for base in BASES[: SMALL.coins]}
    for coin in generate(SMALL):
        market = markets[coin.traits.pair]
        assert market["active"]
        assert market["swap"]
        assert market["linear"]
        assert market["precision"]["price"] == pytest.approx(coin.traits.tick)
        assert market["precision"]["amount"] == pytest.approx(10.0**-coin.traits.quantity_digits)
        assert market["limits"]["cost"]["min"] == coin.traits.min_notional
        price = coin.traits.price
        assert market["limits"]["amount"]["min"] * price <= max(coin.traits.min_notional, 5)
        assert market["limits"]["amount"]["max"] * price > 1e6
        assert market["limits"]["price"]["min"] < price / 100 < price * 6 < market["limits"]["price"]["max"]


def test_the_rules_have_the_fields_of_a_recorded_answer(small_folder: Path, recorded_data: Path) -> None:
    path = recorded_data / "exchange" / "exchangeInfo-2025-08-11.json.gz"
    recorded = json.loads(gzip.decompress(path.read_bytes()))
    ours = content(small_folder / "exchangeInfo.json")
    assert set(recorded) == set(ours)
    real = next(row for row in recorded["symbols"] if row["symbol"] == "ETHUSDT")
    made = next(row for row in ours["symbols"] if row["symbol"] == "ETHUSDT")
    assert set(real) - set(made) <= {"permissionSets"}
    for key, value in made.items():
        assert type(value) is type(real[key]), key
    kinds = {row["filterType"]: set(row) for row in real["filters"]}
    for row in made["filters"]:
        assert set(row) == kinds[row["filterType"]]


def test_a_market_order_may_have_a_tenth_of_the_quantity_of_a_limit_order(small_folder: Path) -> None:
    for symbol in content(small_folder / "exchangeInfo.json")["symbols"]:
        largest = {row["filterType"]: row["maxQty"] for row in symbol["filters"] if "maxQty" in row}
        assert int(largest["LOT_SIZE"]) == 10 * int(largest["MARKET_LOT_SIZE"]) > 0


def test_freqtrade_knows_the_leverage_brackets_of_every_name() -> None:
    tiers = content(Path(freqtrade_binance.__file__).parent / "binance_leverage_tiers.json")
    assert [base for base in BASES if f"{base}/USDT:USDT" not in tiers] == []


def test_the_folder_says_that_it_is_not_real(small_folder: Path) -> None:
    marker = content(small_folder / "market.json")
    assert marker["kind"] == "embedded"
    assert (marker["seed"], marker["coins"], marker["days"]) == (SMALL.seed, SMALL.coins, SMALL.days)
    assert marker["note"] == "generated for demonstration and tests; not a real market"
    assert content(small_folder / "regimes.json")["note"] == marker["note"]


def test_the_true_regimes_are_written(small_folder: Path) -> None:
    written = content(small_folder / "regimes.json")["coins"]
    for coin in generate(SMALL):
        rows = written[coin.traits.pair]["regimes"]
        assert [(row["hurst"], row["first_candle"], row["end_candle"]) for row in rows] == [
            (regime.hurst, regime.first, regime.last) for regime in coin.regimes
        ]
        first = pd.Timestamp(int(coin.candles.time[0]), unit="ms", tz="UTC")
        assert pd.Timestamp(rows[0]["start"]) == first
        assert 0.0 < written[coin.traits.pair]["own_share_of_variance"] <= 1.0


def test_a_complete_market_is_left_alone(tmp_path: Path) -> None:
    ensure_market(tmp_path, TINY)
    before = stamps(tmp_path)
    assert ensure_market(tmp_path, TINY) == tmp_path
    assert stamps(tmp_path) == before


def test_other_parameters_replace_the_market(tmp_path: Path) -> None:
    ensure_market(tmp_path, MarketSpecification(coins=5, days=1, seed=5))
    ensure_market(tmp_path, TINY)
    assert len(list((tmp_path / "futures").iterdir())) == 3 * 3
    assert len(list((tmp_path / "book").iterdir())) == 3
    assert content(tmp_path / "market.json")["coins"] == 3


def test_an_interrupted_generation_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(specification: MarketSpecification) -> Any:
        yield next(generate(specification))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(folder_module, "generate", interrupted)
        with pytest.raises(KeyboardInterrupt):
            ensure_market(tmp_path, TINY)
    assert not (tmp_path / "market.json").exists()
    ensure_market(tmp_path, TINY)
    assert content(tmp_path / "market.json")["coins"] == 3
    assert not [path for path in tmp_path.iterdir() if "unfinished" in path.name or path.suffix == ".part"]


def test_a_folder_with_something_else_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "futures").mkdir()
    foreign = tmp_path / "futures" / "BTC_USDT_USDT-5m-futures.feather"
    foreign.write_bytes(b"recorded")
    with pytest.raises(MarketFolderError, match=str(tmp_path)):
        ensure_market(tmp_path, TINY)
    assert foreign.read_bytes() == b"recorded"


def test_a_marker_of_another_kind_or_without_sense_is_refused(tmp_path: Path) -> None:
    for text in ('{"kind": "recorded"}', "[]", "{"):
        (tmp_path / "market.json").write_text(text, encoding="utf-8")
        with pytest.raises(MarketFolderError):
            ensure_market(tmp_path, TINY)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("", encoding="utf-8")
    with pytest.raises(MarketFolderError, match="is not a folder"):
        ensure_market(path, TINY)
