"""Messages that Binance really sent, years apart, are read without a loss."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from companion.venues.binance.messages import read_message, read_text
from companion.venues.events import AggregateTrade, BookTicker, Message


class Everything:
    """Knows every coin."""

    def __contains__(self, _name: object) -> bool:
        return True


READ = {"bookTicker": BookTicker, "aggTrade": AggregateTrade}
"""Recorded kinds that the streams subscribe to, and that are read whatever they contain."""


@pytest.fixture(scope="module")
def recordings(recorded_data: Path) -> list[Path]:
    folder = recorded_data / "ws_recordings"
    if not folder.is_dir():
        pytest.skip(f"no recorded messages in {folder}")
    return sorted(folder.rglob("*.gz"))


def messages(path: Path) -> Iterator[dict[str, Any]]:
    """Messages of a recording, without the envelope of a combined stream."""
    with gzip.open(path, "rt") as lines:
        for line in lines:
            begin = line.find('{"stream"')
            if begin >= 0:
                data = orjson.loads(line[begin:])["data"]
                if "e" in data:
                    yield data


def test_every_recorded_book_ticker_and_trade_is_read_as_it_was_sent(recordings: list[Path]) -> None:
    counts: Counter[str] = Counter()
    for path in recordings:
        for data in messages(path):
            if data["e"] not in READ:
                continue
            read = read_text(orjson.dumps(data).decode(), Everything())
            assert isinstance(read, Message), data
            assert (len(read.events), read.unreadable) == (1, 0), data
            _says_the_same(read, data)
            counts[data["e"]] += 1
    assert set(counts) == set(READ)
    assert min(counts.values()) > 100


def test_recorded_candles_are_read_when_they_are_of_five_minutes(recordings: list[Path]) -> None:
    seen = 0
    for path in recordings:
        for data in messages(path):
            if data["e"] != "kline":
                continue
            assert read_message(data, Everything()) == Message((), 0), "one-minute candles are not ours"
            seen += 1
            # The same candle relabelled as a 5m one; its open time may be off the 5m grid.
            kline = data["k"] | {"i": "5m", "t": data["k"]["t"] // 300_000 * 300_000}
            (event,) = read_message(data | {"k": kline}, Everything()).events
            assert event.symbol == data["s"]
    assert seen > 100


def test_recorded_kinds_that_nobody_subscribes_to_are_refused(recordings: list[Path]) -> None:
    others = {"depthUpdate", "trade"}
    seen = set[str]()
    for path in recordings:
        for data in messages(path):
            if data["e"] in others - seen:
                assert read_message(data, Everything()) == Message((), 1)
                seen.add(data["e"])
    assert seen == others


def _says_the_same(read: Message, data: dict[str, Any]) -> None:
    event = read.events[0]
    assert type(event) is READ[data["e"]]
    assert event.symbol == data["s"]
    if isinstance(event, BookTicker):
        assert event[1:] == (
            data["E"], data["u"], float(data["b"]), float(data["a"]), float(data["B"]), float(data["A"])
        )  # fmt: skip
    elif isinstance(event, AggregateTrade):
        side = -1 if data["m"] else 1
        assert event[1:] == (data["T"], data["a"], side, float(data["p"]), float(data["q"]))
