"""`companion evidence` on a generated market: one report whoever does the work, which nobody can improve by hand."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

import pytest

from companion.__main__ import main
from companion.commands.evidence import EVIDENCE
from companion.domain_settings.in_force import SETTINGS_FILE, named_settings
from companion.evidence.document import EvidenceError, read_document
from companion.ground.layout import USER_DATA
from companion.replay.embedded import MarketSpecification, ensure_market
from hhq.digest import settings_digest
from hhq_shared.evidence_file import digest_of
from hhq_shared.profiles import tried_for

PAIRS = ("BTC", "ETH", "SOL", "XRP")


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ensure_market(tmp_path_factory.mktemp("evidence"), MarketSpecification(coins=5, days=12))


@pytest.fixture
def run(market: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def output(*arguments: str) -> tuple[str, str]:
        assert main(("evidence", "--data", str(market), "--pair", *PAIRS, *arguments)) == 0
        said = capsys.readouterr()
        return said.out, said.err

    return output


def test_a_report_of_a_few_days_says_too_little_and_never_a_number_alone(run: Any) -> None:
    said, progress = run("--processes", "1")
    assert "VERDICT: too little data" in said
    assert "This market is generated: it says nothing about real ones." in said
    assert "4 of 4 coins" in progress
    assert "coins in" in progress
    # Gross, net and differences are written with a sign and three digits.
    assert not re.findall(r"[+-]\d+\.\d{3}\b(?! \()", said.split("Layers:")[0].replace(_funding(said), ""))
    assert said.count("too little") > 20


def _funding(said: str) -> str:
    return next(line for line in said.splitlines() if "funding received" in line)


def test_one_process_and_two_write_the_same_document(run: Any) -> None:
    one, two = (json.loads(run("--json", "--processes", number)[0]) for number in ("1", "2"))
    assert one == two
    assert one["digest"] == digest_of(one)
    assert [each["pairs"] for each in one["sets"]] == [[f"{base}/USDT:USDT" for base in PAIRS]]
    assert one["report"]["judgement"]["verdict"] == "too little data"


def test_another_setting_is_another_document(run: Any, tmp_path: Path) -> None:
    other = tmp_path / "hhq.toml"
    other.write_text("[exits.force]\nhours = 5.0\n", encoding="utf-8")
    plain, changed = (json.loads(run("--json", *more)[0]) for more in ((), ("--settings", str(other))))
    assert plain["settings_digest"] != changed["settings_digest"]
    assert plain["digest"] != changed["digest"]


def test_a_document_that_was_changed_by_hand_is_refused(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "evidence.json"
    file.write_text(run("--json")[0], encoding="utf-8")
    assert read_document(file)["layout"] == 2
    file.write_text(
        file.read_text(encoding="utf-8").replace("too little data", "edge shown"), encoding="utf-8"
    )
    with pytest.raises(EvidenceError, match="was changed after it was written"):
        read_document(file)


@pytest.mark.parametrize(
    ("content", "says"),
    [("", "cannot be read"), ("[]", "not an evidence document"), ('{"layout": 9}', "not an")],
)
def test_what_is_no_document_is_refused_by_name(tmp_path: Path, content: str, says: str) -> None:
    file = tmp_path / "evidence.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(EvidenceError, match=says) as refused:
        read_document(file)
    assert str(file) in str(refused.value)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--tried", "0"), "from 1 on"),
        (("--processes", "0"), "from 1 on"),
        (("--processes", "-1"), "from 1 on"),
        (("--pair", ","), "--pair names no pair"),
        (("--from", "2025-01-05T00:00", "--to", "2025-01-04T00:00"), "is not before"),
        (("--from", "2031-01-01T00:00"), "has candles from"),
        (("--from", "2025-01-01T00:03"), "--from"),
        (("--pair", "NOTACOIN"), "NOTACOIN"),
        (("--evidence", "evidence.json"), "--evidence goes with --trades alone"),
        (("--check", "evidence.json"), "--check only looks at a document"),
        (("--evidence-days", "30"), "--evidence-days goes with --trades alone"),
        (("--save", "."), "--save .: cannot be written: it is a folder"),
        (("--html", "."), "--html .: cannot be written: it is a folder"),
    ],
)
def test_wrong_input_is_named(
    market: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str
) -> None:
    assert main(("evidence", "--data", str(market), *arguments)) != 0
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("command", ["evidence", "choose"])
def test_two_folders_of_one_name_are_refused(
    market: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert main((command, "--data", str(market), str(market))) != 0
    assert "same name" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["evidence", "choose"])
def test_data_is_needed(capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert main((command,)) != 0
    assert "--data is missing" in capsys.readouterr().err


def test_a_time_that_goes_beyond_the_data_is_what_there_is(run: Any) -> None:
    assert json.loads(run("--json", "--to", "2031-01-01T00:00")[0]) == json.loads(run("--json")[0])


def test_the_command_says_whether_a_document_is_as_it_was_written(
    run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "evidence.json"
    file.write_text(run("--json")[0], encoding="utf-8")
    assert main(("evidence", "--check", str(file))) == 0
    assert "as it was written" in capsys.readouterr().out
    file.write_text(file.read_text(encoding="utf-8").replace('"tried": ', '"tried": 9'), encoding="utf-8")
    assert main(("evidence", "--check", str(file))) == 2
    assert "was changed" in capsys.readouterr().err


def test_a_saved_document_is_what_json_prints_and_the_report_is_printed_all_the_same(
    run: Any, tmp_path: Path
) -> None:
    file = tmp_path / "made" / "evidence.json"
    said, progress = run("--save", str(file))
    assert "VERDICT: too little data" in said
    assert f"{file}: written. Settings " in progress
    assert "verdict: too little data" in progress
    assert read_document(file) == json.loads(run("--json")[0])


def test_a_document_is_saved_where_bots_look_for_it_about_the_settings_that_they_run_with(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, overlay = tmp_path / "evidence.json", tmp_path / "overlay.toml"
    monkeypatch.setattr("companion.commands.evidence.OVERLAY_FILE", overlay)
    plain = json.loads(run("--json")[0])["settings_digest"]
    run("--save", str(file))
    assert read_document(file)["settings_digest"] == plain
    overlay.write_text("[exits.force]\nhours = 5.0\n", encoding="utf-8")
    run("--save", str(file))
    assert (
        read_document(file)["settings_digest"]
        == settings_digest(named_settings(None, None, overlay))
        != plain
    )
    run("--save", str(file), "--settings", str(SETTINGS_FILE))
    assert read_document(file)["settings_digest"] == plain
    parser = argparse.ArgumentParser()
    EVIDENCE.add_options(parser)
    assert parser.parse_args(["--save"]).save == USER_DATA / "hhq" / "evidence.json"
    assert parser.parse_args([]).save is None


def test_a_document_that_cannot_be_written_is_named(
    market: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    target = tmp_path / "file" / "evidence.json"
    assert main(("evidence", "--data", str(market), "--pair", "BTC", "--save", str(target))) == 2
    assert f"{target}: cannot be written" in capsys.readouterr().err


def test_the_verdict_on_a_chosen_profile_is_corrected_for_what_it_was_chosen_from(
    run: Any, tmp_path: Path
) -> None:
    asked = {}
    for profile in ("guide", "measured"):
        file = tmp_path / f"{profile}.toml"
        file.write_text(f'profile = "{profile}"\n', encoding="utf-8")
        for more in ((), ("--tried", "7")):
            document = json.loads(run("--json", "--settings", str(file), *more)[0])
            asked[profile, bool(more)] = document["report"]["judgement"]["tried"]
    assert asked == {
        ("guide", False): 1,
        ("guide", True): 7,
        ("measured", False): tried_for("measured"),
        ("measured", True): 7,
    }
