"""A client that applies what a channel sends has, at every number, what was published."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.feed.document import DocumentChannel
from companion.feed.events import EventChannel
from companion.feed.ring import FrameRing
from companion.feed.table import TableChannel
from tests.feed.mirror import Mirror

VALUES = st.one_of(st.none(), st.integers(-3, 3), st.sampled_from(["LONG", "SHORT", ""]), st.booleans())
TABLES = st.lists(
    st.dictionaries(st.sampled_from("ABCDE"), st.tuples(VALUES, VALUES, VALUES), max_size=5), max_size=12
)
DOCUMENTS = st.lists(st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3), max_size=12)
READS = st.lists(st.booleans(), min_size=12, max_size=12)


def read(ring: FrameRing, mirror: Mirror) -> None:
    """Bring the mirror up to date the way a connection does."""
    frames = ring.after(mirror.sequence[ring.name]) if ring.name in mirror.sequence else None
    for text in frames if frames is not None else [ring.first_frame()[1]]:
        mirror.take(text)


@given(TABLES, READS, st.integers(2, 4))
def test_a_table_is_mirrored_whenever_a_client_reads_and_however_far_it_is_behind(
    tables: list[dict[str, tuple[Any, ...]]], reads: list[bool], backlog: int
) -> None:
    channel, mirror = TableChannel("coins", backlog, ("side", "score", "gate")), Mirror()
    for table, reading in zip(tables, reads, strict=False):
        channel.publish(table)
        if reading:
            read(channel, mirror)
            assert mirror.table("coins") == {key: list(row) for key, row in table.items()}
            assert mirror.sequence["coins"] == channel.sequence


@given(DOCUMENTS, READS, st.integers(2, 4))
def test_a_document_is_mirrored(documents: list[dict[str, Any]], reads: list[bool], backlog: int) -> None:
    channel, mirror = DocumentChannel("funnel", backlog), Mirror()
    for document, reading in zip(documents, reads, strict=False):
        channel.publish(document)
        if reading:
            read(channel, mirror)
            assert mirror.fields["funnel"] == document


@given(st.lists(st.lists(st.integers(-99, 99), max_size=3), max_size=12))
def test_a_client_that_keeps_up_is_sent_every_entry_once(batches: list[list[int]]) -> None:
    channel, mirror = EventChannel("signals", 4, 100), Mirror()
    read(channel, mirror)
    for batch in batches:
        channel.publish(batch)
        read(channel, mirror)
    assert mirror.entries["signals"] == [entry for batch in batches for entry in batch]
    assert mirror.snapshots == 1


def test_only_changed_fields_of_changed_rows_are_sent() -> None:
    channel = TableChannel("coins", 4, ("price", "side", "score"))
    channel.publish({"BTC": (1.0, "LONG", 70), "ETH": (2.0, None, None)})
    channel.publish({"BTC": (1.5, "LONG", 70), "ETH": (2.0, None, None)})
    (delta,) = map(json.loads, channel.after(1) or [])
    assert delta == {"type": "delta", "channel": "coins", "seq": 2, "set": [[0, 0, 1.5]]}


def test_nothing_is_sent_when_nothing_changed() -> None:
    channel = TableChannel("coins", 4, ("price",))
    assert channel.publish({"BTC": (1.0,)})
    assert not channel.publish({"BTC": (1.0,)})
    assert channel.sequence == 1


def test_a_row_that_comes_back_keeps_its_number() -> None:
    channel = TableChannel("coins", 8, ("price",))
    channel.publish({"BTC": (1.0,), "ETH": (2.0,)})
    channel.publish({"ETH": (2.0,)})
    channel.publish({"ETH": (2.0,), "BTC": (3.0,)})
    assert json.loads((channel.after(2) or [""])[0])["add"] == [[0, "BTC", 3.0]]


def test_objects_are_all_rows_or_those_with_one_of_the_requested_values() -> None:
    channel = TableChannel("coins", 8, ("price", "gate"))
    channel.publish({"BTC": (1.0, "DATA"), "ETH": (2.0, "SCORE_LOW"), "SOL": (3.0, "SCORE_PASS")})
    assert [row["id"] for row in channel.objects()] == ["BTC", "ETH", "SOL"]
    assert channel.objects("gate", {"SCORE_LOW"}) == [{"id": "ETH", "price": 2.0, "gate": "SCORE_LOW"}]


def test_a_row_of_the_wrong_width_is_refused_and_changes_nothing() -> None:
    channel = TableChannel("coins", 8, ("price", "side"))
    with pytest.raises(ValueError, match="row BTC has 1 values, 2 wanted"):
        channel.publish({"BTC": (1.0,)})
    assert channel.sequence == 0


def test_an_update_is_encoded_once_for_all_readers() -> None:
    channel = TableChannel("coins", 8, ("price",))
    channel.publish({"BTC": (1.0,)})
    first, second = (channel.after(0) or [""])[0], (channel.after(0) or [""])[0]
    assert first is second
    assert channel.first_frame()[1] is channel.first_frame()[1]


def test_memory_is_bounded_by_the_backlog() -> None:
    channel = EventChannel("logs", 3, 2)
    for number in range(100):
        channel.publish([number])
    assert channel.after(96) is None
    assert len(channel.after(97) or ()) == 3
    assert channel.entries() == [98, 99]
