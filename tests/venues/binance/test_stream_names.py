"""Stream names, composed and parsed back."""

from __future__ import annotations

from companion.market.universe import Coin, Universe
from companion.replay.streams.names import parse_stream
from companion.venues.binance.stream_names import BinanceStreamNames

NAMES = BinanceStreamNames()


def test_a_stream_names_its_coin() -> None:
    for stream in (NAMES.candles("1000SHIBUSDT"), NAMES.book("1000SHIBUSDT"), NAMES.trades("1000SHIBUSDT")):
        assert NAMES.symbol(stream) == "1000SHIBUSDT"


def test_a_stream_of_the_whole_market_is_no_coins() -> None:
    universe = Universe([Coin("BTC/USDT:USDT", "BTCUSDT")])
    assert all(universe.row(NAMES.symbol(stream)) is None for stream in NAMES.market)


def test_the_exchange_knows_every_stream() -> None:
    streams = (*NAMES.market, NAMES.candles("BTCUSDT"), NAMES.book("BTCUSDT"), NAMES.trades("BTCUSDT"))
    assert all(parse_stream(stream) is not None for stream in streams)
