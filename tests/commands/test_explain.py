"""`companion explain`: what it prints, what it counts, what it refuses."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from companion.__main__ import main
from companion.commands.explanation.candidate_text import rule_of
from companion.commands.explanation.table import quantity
from companion.domain_settings.in_force import named_settings
from companion.ground.errors import UsageError
from companion.ground.layout import ROOT, STRATEGIES
from companion.ground.plain import plain
from companion.offline.candles import load_funding, load_panel
from companion.offline.data_folder import DataFolder, open_folder
from companion.offline.decisions import closing_time, decide_candle, decide_range
from companion.offline.pair_rules import load_pair_rules
from companion.replay.embedded import MarketSpecification, ensure_market
from hhq.arrays import FloatArray
from hhq.coins import BTC, ETH
from hhq.decide import decide
from hhq.digest import digest_seed, digest_text
from hhq.features.block import compute_features
from hhq.gates import Gate
from hhq.market.series import market_series
from hhq.panel import RecordedRows
from hhq.settings import HHQSettings
from hhq_freqtrade.analysis.columns import DECISION, block_of, decision_columns, market_of, with_features
from hhq_freqtrade.analysis.frames import panel_of
from hhq_shared.parameters import PARAMETERS

SOL = "SOL/USDT:USDT"
GATE, DIGEST = DECISION.index("hhq_gate"), DECISION.index("hhq_digest")
Run = Callable[..., str]


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ensure_market(tmp_path_factory.mktemp("explained"), MarketSpecification(coins=6, days=9))


@pytest.fixture(scope="session")
def folder(market: Path) -> DataFolder:
    return open_folder(market)


@pytest.fixture
def run(market: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def output(*arguments: str) -> str:
        assert main(("explain", "--data", str(market), *arguments)) == 0
        return capsys.readouterr().out

    return output


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(("explain", *arguments)) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("companion: ")
    return printed.err


def strategy_columns(folder: DataFolder, pair: str) -> tuple[FloatArray, pd.DataFrame]:
    """The strategy's decision columns over the whole series, by its own functions, and the frame's dates."""
    settings = named_settings(None, None)
    file = f"{pair.split('/')[0]}_USDT_USDT-5m-futures.feather"
    frame = pd.read_feather(folder.path / "futures" / file)
    panel = panel_of(pair, frame)
    recorded = RecordedRows.not_available(1, panel.bars)
    recorded.funding_rate[:] = load_funding(folder, panel)
    series = market_series(load_panel(folder, [BTC]), load_panel(folder, [ETH]), settings.market)
    here = series.aligned(panel.first_bar, panel.bars)
    block = compute_features(panel, recorded, here.smt, settings.features)
    columns = with_features(frame, block, here.values)
    coins = load_pair_rules(folder, [pair]).coins
    read_back = block_of(pair, columns)
    decisions = decide(read_back, market_of(columns), coins, settings, live=False)
    return decision_columns(read_back, decisions, digest_seed(settings)), frame


def one_candle_of_each_gate(rows: FloatArray) -> list[int]:
    return [int(np.flatnonzero(rows[GATE] == gate)[-1]) for gate in np.unique(rows[GATE])]


# ---------------------------------------------------------------- one candle


@pytest.mark.parametrize("which", [BTC, SOL])
def test_the_digest_is_that_of_the_strategys_columns(folder: DataFolder, run: Run, which: str) -> None:
    pair = which if which in folder.pairs else folder.pairs[-1]
    rows, frame = strategy_columns(folder, pair)
    for row in one_candle_of_each_gate(rows):
        close = frame["date"].iloc[row] + pd.Timedelta(minutes=5)
        answer = json.loads(run("--pair", pair, "--at", close.isoformat(), "--json"))
        assert answer["digest"] == digest_text(float(rows[DIGEST, row]))
        assert answer["gate"] == Gate(int(rows[GATE, row])).name


def test_recorded_candles_have_the_digest_of_the_strategys_columns(
    recorded_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = open_folder(recorded_data / "binance")
    rows, frame = strategy_columns(folder, SOL)
    for row in one_candle_of_each_gate(rows):
        close = frame["date"].iloc[row] + pd.Timedelta(minutes=5)
        main(("explain", "--data", str(recorded_data), "--pair", SOL, "--at", close.isoformat(), "--json"))
        answer = json.loads(capsys.readouterr().out)
        assert answer["digest"] == digest_text(float(rows[DIGEST, row]))
        assert answer["gate"] == Gate(int(rows[GATE, row])).name


def test_every_kind_of_candle_can_be_printed(folder: DataFolder, run: Run) -> None:
    for pair in (BTC, folder.pairs[-1]):
        rows, frame = strategy_columns(folder, pair)
        for row in one_candle_of_each_gate(rows):
            close = frame["date"].iloc[row] + pd.Timedelta(minutes=5)
            text = run("--pair", pair, "--at", close.isoformat())
            gate = Gate(int(rows[GATE, row]))
            assert ("ACCEPTED" if gate is Gate.SCORE_PASS else "NO SIGNAL") in text.splitlines()[2]
            assert gate.name in text.splitlines()[2]
            assert ("Leverage, factor by factor" in text) == ("Score, layer by layer" in text)
            assert (gate is Gate.SCORE_PASS) == (">>" not in text)


def test_the_three_spellings_of_a_pair_are_one(folder: DataFolder, run: Run) -> None:
    at = f"{folder.span()[1]:%Y-%m-%dT%H:%M}"
    answers = {run("--pair", name, "--at", at) for name in ("BTC/USDT:USDT", "BTCUSDT", "btc")}
    assert len(answers) == 1


def test_the_time_is_the_close_and_may_name_its_zone(folder: DataFolder, run: Run) -> None:
    last = folder.span()[1]
    plain_time = run("--pair", "BTC", "--at", f"{last:%Y-%m-%dT%H:%M}")
    elsewhere = run("--pair", "BTC", "--at", f"{last + timedelta(hours=3):%Y-%m-%dT%H:%M}+03:00")
    assert plain_time == elsewhere
    assert f"closed {last:%Y-%m-%d %H:%M} UTC" in plain_time


def test_a_generated_market_says_so(folder: DataFolder, run: Run) -> None:
    at = f"{folder.span()[1]:%Y-%m-%dT%H:%M}"
    assert "This market is generated" in run("--pair", "BTC", "--at", at)
    assert json.loads(run("--pair", "BTC", "--at", at, "--json"))["generated"] is True


def test_missing_values_are_null_in_json_and_not_available_in_text(folder: DataFolder, run: Run) -> None:
    at = f"{folder.span()[1]:%Y-%m-%dT%H:%M}"
    answer = json.loads(run("--pair", "BTC", "--at", at, "--json"))
    values = {line["feature"]: line["value"] for line in answer["features"]}
    assert values["IMBALANCE"] is None
    assert isinstance(values["CLOSE"], float)
    assert "imbalance           n/a" in run("--pair", "BTC", "--at", at)


def test_a_candle_in_the_warm_up_ends_at_data(folder: DataFolder, run: Run) -> None:
    first = folder.span()[0] + timedelta(hours=1)
    text = run("--pair", "BTC", "--at", f"{first:%Y-%m-%dT%H:%M}")
    assert "12 of 1500 candles" in text.splitlines()[3]


def test_live_rules_refuse_the_random_regime_without_a_book(folder: DataFolder, run: Run) -> None:
    begin, end = folder.span()
    rules, settings = load_pair_rules(folder, folder.pairs), named_settings(None, None)
    for decided in decide_range(folder, rules.coins, begin, end, settings, live=True):
        found = np.flatnonzero(decided.decisions.gate[0] == Gate.IMBALANCE_NA)
        if found.size:
            at = closing_time(decided.block.first_bar + int(found[0]))
            words = ("--pair", decided.coins.symbols[0], "--at", f"{at:%Y-%m-%dT%H:%M}")
            assert "IMBALANCE_NA" in run(*words, "--live").splitlines()[2]
            assert "IMBALANCE_NA" not in run(*words).splitlines()[2]
            return
    pytest.fail("no candle of the market stands in the random regime")


def test_a_market_without_eth_stops_at_the_market_filters(market: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(market, copy)
    for file in (copy / "futures").glob("ETH_*"):
        file.unlink()
    folder = open_folder(copy)
    begin, end = folder.span()
    rules = load_pair_rules(folder, [BTC])
    (decided,) = decide_range(folder, rules.coins, begin, end, HHQSettings(), live=False)
    ended = np.unique(decided.decisions.gate)
    assert Gate.MARKET_NA in ended
    assert Gate.SCORE_PASS not in ended


# ---------------------------------------------------------------- funnel


def test_the_funnel_counts_what_the_columns_hold(folder: DataFolder, run: Run) -> None:
    pair = folder.pairs[-1]
    rows, _ = strategy_columns(folder, pair)
    answer = json.loads(run("--funnel", "--pair", pair, "--json"))
    assert answer["candles"] == rows.shape[1]
    assert answer["pairs"] == [pair]
    counted = {line["name"]: line["count"] for line in answer["gates"]}
    assert counted == {name: int(np.count_nonzero(rows[GATE] == Gate[name])) for name in counted}


def test_the_funnel_takes_all_coins_of_the_folder_by_default(folder: DataFolder, run: Run) -> None:
    answer = json.loads(run("--funnel", "--json"))
    assert answer["pairs"] == list(folder.pairs)
    some = json.loads(run("--funnel", "--pair", "BTC", "ETHUSDT", "--json"))
    assert some["pairs"] == [BTC, ETH]


def test_the_funnel_of_a_range_holds_the_candles_that_open_in_it(folder: DataFolder, run: Run) -> None:
    end = folder.span()[1]
    begin = end - timedelta(hours=2)
    bounds = ("--from", f"{begin:%Y-%m-%dT%H:%M}", "--to", f"{end:%Y-%m-%dT%H:%M}")
    answer = json.loads(run("--funnel", *bounds, "--pair", "BTC,ETH", "--json"))
    assert answer["candles"] == 2 * 24


def test_the_funnel_does_not_depend_on_where_the_range_begins(folder: DataFolder, run: Run) -> None:
    end = folder.span()[1]
    rules, settings = load_pair_rules(folder, [BTC]), HHQSettings()
    short, long = (
        next(decide_range(folder, rules.coins, end - length, end, settings, live=False))
        for length in (timedelta(hours=1), timedelta(days=2))
    )
    np.testing.assert_array_equal(short.block.values, long.block.values[:, :, -12:])
    np.testing.assert_array_equal(short.decisions.gate, long.decisions.gate[:, -12:])
    alone = decide_candle(folder, rules.coins, end, settings, live=False)
    np.testing.assert_array_equal(alone.block.values[:, :, 0], long.block.values[:, :, -1])


def test_the_funnel_as_text_shows_gates_sides_and_scores(run: Run) -> None:
    text = run("--funnel")
    for words in ("SCORE_PASS", "by side", "by regime", "raw sum", "90…<100", "This market is generated"):
        assert words in text


def test_coins_that_have_no_candles_in_the_range_are_named(
    market: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(market, copy)
    file = copy / "futures" / "ETH_USDT_USDT-5m-futures.feather"
    pd.read_feather(file).iloc[:100].to_feather(file)
    begin = open_folder(copy).span()[0] + timedelta(days=8)
    assert main(("explain", "--data", str(copy), "--funnel", "--from", begin.isoformat())) == 0
    assert "no candles there: ETH/USDT:USDT" in capsys.readouterr().out


# ---------------------------------------------------------------- settings


def write_parameters(path: Path, **buy: object) -> Path:
    path.write_text(
        json.dumps({"strategy_name": "HHQStrategy", "params": {"buy": buy, "sell": {"sl_atr": 2.5}}})
    )
    return path


def test_freqtrades_parameter_file_gives_the_optimised_settings(tmp_path: Path) -> None:
    file = write_parameters(
        tmp_path / "HHQStrategy.json", z_score_threshold=1.234, min_confidence=72.0, other=1
    )
    settings = named_settings(None, file)
    assert (settings.signal.z_score_threshold, settings.signal.min_confidence) == (1.23, 72.0)
    assert settings.levels.sl_atr == 2.5
    assert settings.entry.entry_tightness == HHQSettings().entry.entry_tightness


def test_the_parameters_are_rounded_as_the_strategy_rounds_them() -> None:
    # As Freqtrade loads it: by its path, from a folder that is on no import path.
    specification = importlib.util.spec_from_file_location("HHQStrategy", STRATEGIES / "HHQStrategy.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    decimals = {name: getattr(module.HHQStrategy, name).decimals for name in PARAMETERS}
    assert decimals == {name: one.decimals for name, one in PARAMETERS.items()}


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("{", "not valid JSON"),
        ("[]", "no 'params'"),
        ('{"params": {"buy": {"min_confidence": "high"}}}', "min_confidence = 'high'"),
        ('{"params": {"buy": {"min_confidence": 99}}}', "signal.min_confidence"),
    ],
)
def test_a_wrong_parameter_file_is_named(tmp_path: Path, content: str, named: str) -> None:
    file = tmp_path / "parameters.json"
    file.write_text(content)
    with pytest.raises(UsageError) as problem:
        named_settings(None, file)
    assert "parameters.json" in str(problem.value)
    assert named in str(problem.value)


def test_other_settings_give_another_decision(folder: DataFolder, run: Run, tmp_path: Path) -> None:
    at = f"{folder.span()[1]:%Y-%m-%dT%H:%M}"
    file = tmp_path / "own.toml"
    file.write_text('[signal]\nexcluded_coins = ["BTC"]\n')
    assert "EXCLUDED" in run("--pair", "BTC", "--at", at, "--settings", str(file)).splitlines()[2]


# ---------------------------------------------------------------- wrong input


def test_a_missing_data_folder_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--pair", "BTC", "--at", "2025-01-05", "--data", "/no/such/folder")
    assert "/no/such/folder" in refused(capsys, *arguments)


def test_a_truncated_file_is_named(market: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(market, copy)
    broken = copy / "futures" / "BTC_USDT_USDT-5m-futures.feather"
    broken.write_bytes(broken.read_bytes()[:4000])
    arguments = ("--data", str(copy), "--pair", "BTC", "--at", "2025-01-05")
    assert broken.name in refused(capsys, *arguments)


def test_a_file_damaged_in_the_middle_is_named(
    market: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(market, copy)
    broken = copy / "futures" / "BTC_USDT_USDT-5m-futures.feather"
    content = bytearray(broken.read_bytes())
    content[200:-1000] = bytes(len(content) - 1200)
    broken.write_bytes(content)
    arguments = ("--data", str(copy), "--pair", "BTC", "--at", "2025-01-05")
    assert broken.name in refused(capsys, *arguments)


def test_an_unknown_pair_is_named_with_what_looks_like_it(
    market: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ("--data", str(market), "--at", "2025-01-05", "--pair")
    assert "'NOPEUSDT'" in refused(capsys, *common, "NOPEUSDT")
    assert "did you mean BTC/USDT:USDT" in refused(capsys, *common, "BTX")


@pytest.mark.parametrize(
    ("at", "named"),
    [
        ("yesterday", "'yesterday' is not a time"),
        ("2025-01-05T12:07", "2025-01-05T12:05 and 2025-01-05T12:10"),
        ("2025-01-05T12:05:30", "no close of a 5m candle"),
        ("2019-01-05T12:05", "its candles close from"),
        ("2031-01-05T12:05", "its candles close from"),
    ],
)
def test_a_wrong_time_is_explained(
    market: Path, capsys: pytest.CaptureFixture[str], at: str, named: str
) -> None:
    assert named in refused(capsys, "--data", str(market), "--pair", "BTC", "--at", at)


def test_a_hole_in_the_candles_is_decided_as_freqtrade_fills_it(
    market: Path, tmp_path: Path, run: Run
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(market, copy)
    file = copy / "futures" / "BTC_USDT_USDT-5m-futures.feather"
    frame = pd.read_feather(file)
    hole = frame["date"].iloc[500] + pd.Timedelta(minutes=5)
    frame.drop(index=500).reset_index(drop=True).to_feather(file)
    told = run("--data", str(copy), "--pair", "BTC", "--at", f"{hole:%Y-%m-%dT%H:%M}")
    assert f"candle that closed {hole:%Y-%m-%d %H:%M}" in told
    assert "501 of 1500 candles" in told, "it breaks no history"


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("[signal]\nz_threshold = 2.0\n", "signal.z_threshold: unknown setting"),
        ("[leverage]\nmax_leverage = 500\n", "leverage.max_leverage = 500"),
        ("[signal]\nmin_confidence = 70\n", "set in HHQStrategy.json"),
        ("[signal\n", "own.toml"),
    ],
)
def test_wrong_settings_are_named(
    market: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, named: str
) -> None:
    file = tmp_path / "own.toml"
    file.write_text(content)
    arguments = ("--data", str(market), "--pair", "BTC", "--at", "2025-01-05", "--settings", str(file))
    assert named in refused(capsys, *arguments)


@pytest.mark.parametrize("option", ["--settings", "--parameters", "--exchange-info"])
def test_a_missing_file_is_named(market: Path, capsys: pytest.CaptureFixture[str], option: str) -> None:
    common = ("--data", str(market), "--pair", "BTC", "--at", "2025-01-05")
    assert "/no/such/file" in refused(capsys, *common, option, "/no/such/file")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--pair", "BTC"), "--at is missing"),
        (("--at", "2025-01-05"), "--pair is to name the one coin"),
        (("--at", "2025-01-05", "--pair", "BTC", "ETH"), "--pair is to name the one coin"),
        (("--at", "2025-01-05", "--pair", "BTC", "--from", "2025-01-05"), "belong to --funnel"),
        (("--funnel", "--at", "2025-01-05"), "--at belongs to"),
        (("--funnel", "--from", "2025-01-05T00:01"), "--from '2025-01-05T00:01'"),
        (("--funnel", "--to", "soon"), "--to 'soon' is not a time"),
        (("--funnel", "--from", "2031-01-05", "--to", "2031-01-06"), "outside the data"),
        (("--funnel", "--from", "2031-01-05", "--to", "2030-01-06"), "is not before"),
        (("--sideways",), "--sideways"),
    ],
)
def test_wrong_combinations_are_explained(
    market: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], named: str
) -> None:
    assert named in refused(capsys, "--data", str(market), *arguments)


def test_a_reader_that_has_seen_enough_is_no_error(market: Path, folder: DataFolder) -> None:
    at = f"{folder.span()[1]:%Y-%m-%dT%H:%M}"
    words = f"{sys.executable} -m companion explain --data {market} --pair BTC --at {at} | true; exit ${{PIPESTATUS[0]}}"
    result = subprocess.run(("bash", "-c", words), cwd=ROOT, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


# ---------------------------------------------------------------- numbers


def test_numbers_keep_seven_digits_and_say_when_there_is_none() -> None:
    texts = [
        quantity(value)
        for value in (0.00001234, -1.5, 115337.51, 21_751_039_900.0, float("nan"), float("inf"))
    ]
    assert texts == ["0.00001234", "−1.5", "115337.5", "21,751,039,900", "n/a", "none"]
    assert quantity(-0.0) == "0"
    assert quantity(1.5, "%") == "1.5 %"


def test_a_rule_is_shown_without_its_comments() -> None:
    formula = (
        "Paid rate > 0.03 → −5.\n\nReceived rate > 0.03 → +8. The same in every regime. SHORT: 1.5 → −2."
    )
    assert rule_of(formula) == "Paid rate > 0.03 → −5. Received rate > 0.03 → +8. SHORT: 1.5 → −2."


def test_a_value_of_a_type_that_no_explanation_has_is_refused() -> None:
    unknown: Any = object()
    with pytest.raises(TypeError, match="object"):
        plain(unknown)
