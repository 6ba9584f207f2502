"""The file that RemotePairList reads."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from freqtrade.plugins.pairlist.RemotePairList import CONFIG_PARSE_MODE
from rapidjson import load

from companion.ground.errors import CompanionError
from companion.ground.layout import ROOT
from companion.scanner.pair_list_file import PairListFile, pair_list_body
from companion.settings.scanner import ScannerSettings
from hhq_shared.atomic_file import replace_file

WRITES = 300


@pytest.fixture
def listing(tmp_path: Path) -> PairListFile:
    seed = tmp_path / "seed.json"
    seed.write_text('{"pairs": ["BTC/USDT:USDT"], "refresh_period": 60}')
    return PairListFile(tmp_path / "lists" / "scanner.json", seed)


def test_the_file_is_made_from_the_seed_once_and_then_goes_its_own_way(listing: PairListFile) -> None:
    assert listing.ensure() == ("BTC/USDT:USDT",)
    listing.write(pair_list_body(["ETH/USDT:USDT"], 10))
    assert listing.ensure() == ("ETH/USDT:USDT",)
    assert json.loads(listing.path.read_text()) == {"pairs": ["ETH/USDT:USDT"], "refresh_period": 10}


def test_a_file_that_is_no_pair_list_is_an_error_that_names_it(listing: PairListFile) -> None:
    listing.ensure()
    for content in ('{"pairs": [', "[]", '{"pairs": [1]}'):
        listing.path.write_text(content)
        with pytest.raises(CompanionError, match=r"scanner\.json"):
            listing.ensure()


def test_readers_see_a_complete_list_at_any_time(listing: PairListFile) -> None:
    """Lists of very different length are written while others read as Freqtrade reads."""
    listing.ensure()
    bodies = [pair_list_body([f"C{i}/USDT:USDT" for i in range(count)], 10) for count in (1, 80, 544)]
    whole = [["BTC/USDT:USDT"], *(body["pairs"] for body in bodies)]
    done = threading.Event()
    seen: list[object] = []

    def read() -> None:
        while not done.is_set():
            with listing.path.open() as file:
                seen.append(load(file, parse_mode=CONFIG_PARSE_MODE)["pairs"])

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(WRITES):
        listing.write(bodies[number % len(bodies)])
    done.set()
    for reader in readers:
        reader.join(20)
    assert len(seen) > 10
    assert all(pairs in whole for pairs in seen)


def test_a_failed_write_leaves_the_old_list_and_no_draft(
    listing: PairListFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing.ensure()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("hhq_shared.atomic_file.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(listing.path, b"{}")
    assert listing.ensure() == ("BTC/USDT:USDT",)
    assert [path.name for path in listing.path.parent.iterdir()] == ["scanner.json"]


def test_the_bots_layer_reads_the_file_that_the_scanner_writes_and_git_ignores_it() -> None:
    settings = ScannerSettings()
    layer = load((ROOT / "config" / "scanner.json").open(), parse_mode=CONFIG_PARSE_MODE)
    (rule,) = layer["pairlists"]
    assert rule["pairlist_url"] == f"file:///{settings.pairlist_file}"
    assert rule["refresh_period"] == settings.pairlist_refresh_seconds
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert "user_data/pairlists/*.json" in ignored
    assert f"!{settings.pairlist_seed}" in ignored
    assert (ROOT / settings.pairlist_seed).is_file()
