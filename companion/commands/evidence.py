"""`companion evidence`: what the decisions earned on data folders, with intervals, and a verdict in words."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import orjson

from companion.commands.command import Command
from companion.commands.data_options import (
    add_sets_options,
    add_settings_options,
    count_from_one,
    pairs_of,
    sets_of,
    settings_of,
)
from companion.commands.explanation import evidence_text
from companion.commands.live_evidence import add_live_options, refuse_live_options, report_of_trades
from companion.commands.output import check_writable, write_out
from companion.domain_settings.in_force import OVERLAY_FILE
from companion.evidence.cluster import ALL_WORKERS, workers
from companion.evidence.coins import CoinTask
from companion.evidence.collect import collect
from companion.evidence.document import DataSet, Question, document, read_document, summary, write_document
from companion.ground.errors import UsageError
from companion.ground.layout import USER_DATA
from companion.ground.plain import Plain
from companion.offline.data_folder import DataFolder, shortened
from companion.offline.moments import candle_boundary
from hhq.costs import Costs
from hhq.evidence.material import Material
from hhq.evidence.report import Report, report_of
from hhq.settings import HHQSettings
from hhq_shared.atomic_file import replace_file
from hhq_shared.evidence_file import DEFAULT_EVIDENCE
from hhq_shared.profiles import took_part, tried_for

_SEED = 1
_EPILOG = (
    "Means are % of the entry's notional a trade, each coin one position at a time, net of fees by order type, half the "
    "spread at the exit, and funding. Intervals take the trades of a day as one observation."
)


@dataclass(frozen=True)
class _Looked:
    """A data set, the folder that it is in, and the time that is looked at."""

    described: DataSet
    folder: DataFolder


def run(options: argparse.Namespace) -> int:
    """Print the report; exit status 0 whatever the verdict. Raises UsageError for what cannot be answered."""
    if options.check is not None:
        return _check(options)
    if options.trades is not None:
        write_out(report_of_trades(options, settings_of(options)))
        return 0
    refuse_live_options(options)
    settings = settings_of(options, _overlay(options))
    costs = Costs.by_order(settings)
    looked = _all_looked(options, settings.profile)
    began = time.monotonic()
    question, materials = _done(looked, settings, costs, options)
    report = report_of(materials, settings, options.tried or tried_for(settings.profile))
    content = document(question, report)
    _say(f"{sum(len(each.described.pairs) for each in looked)} coins in {time.monotonic() - began:.0f} s")
    if options.html is not None:
        _write_page(options.html, content, question, report)
    if options.save is not None:
        write_document(options.save, content)
        _say(f"{options.save}: written. {summary(content)}")
    write_out(_json(content) if options.json else _text(content, report))
    return 0


def _json(content: dict[str, Plain]) -> str:
    return orjson.dumps(content, option=orjson.OPT_INDENT_2).decode()


def _text(content: dict[str, Plain], report: Report) -> str:
    lines = _head(content)
    for title, body in evidence_text.sections(report):
        lines += ["", title, *body]
    return "\n".join(lines)


def _all_looked(options: argparse.Namespace, profile: str) -> list[_Looked]:
    """Return what is looked at. Raises UsageError for what cannot be, before any work."""
    looked = [_looked(folder, options, profile) for folder in sets_of(options)]
    for option, path in (("--html", options.html), ("--save", options.save)):
        check_writable(option, path)
    return looked


def _done(
    looked: Sequence[_Looked], settings: HHQSettings, costs: Costs, options: argparse.Namespace
) -> tuple[Question, dict[str, Material]]:
    """Return the question without the coins that have no candles, and the material of each set. Raises CompanionError."""
    materials: dict[str, Material] = {}
    described: list[DataSet] = []
    with _workers(options) as processes:
        for each in looked:
            about = each.described
            materials[about.name], left_out = _material(each, settings, costs, processes)
            described.append(about.without(left_out))
    return Question(tuple(described), settings, costs, _SEED), materials


@contextmanager
def _workers(options: argparse.Namespace) -> Iterator[int]:
    """Within it, the number of processes for joblib: those of this machine, or whatever the cluster has."""
    if options.scheduler is None:
        yield options.processes
    else:
        with workers(options.scheduler):
            yield ALL_WORKERS


def _write_page(path: Path, content: dict[str, Plain], question: Question, report: Report) -> None:
    # Who asks for no page does not wait for the libraries that draw it.
    from companion.evidence.page.page import page

    try:
        replace_file(path, page(content, question, report).encode())
    except OSError as problem:
        raise UsageError(f"--html {path}: cannot be written: {problem.strerror}") from problem
    _say(f"page: {path}")


def _check(options: argparse.Namespace) -> int:
    path: Path = options.check
    if any(getattr(options, name) for name in ("data", "trades", "save", "html", "json")):
        raise UsageError("--check only looks at a document: it goes with no other option")
    write_out(f"{path}: as it was written. {summary(read_document(path))}")
    return 0


def _overlay(options: argparse.Namespace) -> Path | None:
    """What the bots lay over the settings file: a document that they look for is about the settings that they run with."""
    return OVERLAY_FILE if options.save is not None and options.settings is None else None


def _looked(folder: DataFolder, options: argparse.Namespace, profile: str) -> _Looked:
    pairs = pairs_of(folder, options.pair)
    first, last = folder.span(pairs)
    begin, end = _bound(options.begin, "--from", first), _bound(options.end, "--to", last)
    if options.begin and options.end and begin >= end:
        raise UsageError(f"--from {options.begin} is not before --to {options.end}")
    begin, end = max(begin, first), min(end, last)
    if begin >= end:
        raise UsageError(
            f"--from and --to leave nothing of {folder.path}, which has candles from {first:%Y-%m-%dT%H:%M} to "
            f"{last:%Y-%m-%dT%H:%M}"
        )
    chosen_on = took_part(profile, begin, end)
    return _Looked(DataSet(folder.path.name, pairs, begin, end, folder.generated, chosen_on), folder)


def _bound(text: str | None, option: str, otherwise: datetime) -> datetime:
    return otherwise if text is None else candle_boundary(text, option)


def _material(
    looked: _Looked, settings: HHQSettings, costs: Costs, processes: int
) -> tuple[Material, tuple[str, ...]]:
    """Return the material of a set, and the pairs of it that have no candles in that time. Raises UsageError."""
    about, path = looked.described, looked.folder.path
    tasks = [
        CoinTask(path, pair, number, about.begin, about.end, settings, costs, _SEED)
        for number, pair in enumerate(about.pairs)
    ]
    found = collect(tasks, processes, partial(_progress, about.name))
    if found.material is None:
        raise UsageError(f"{path}: no candles of {shortened(about.pairs)} in that time")
    if found.without_candles:
        _say(f"{about.name}: left out, no candles in that time: {', '.join(found.without_candles)}")
    return found.material, found.without_candles


def _progress(name: str, done: int, all_of_them: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done == all_of_them else ""
        print(f"\r{name}: {done} of {all_of_them} coins", end=end, file=sys.stderr, flush=True)
    elif done == all_of_them or done % 10 == 0:
        _say(f"{name}: {done} of {all_of_them} coins")


def _head(content: dict[str, Plain]) -> list[str]:
    lines = [f"Evidence  settings {content['settings_digest']}, document {content['digest']}"]
    sets = content["sets"]
    assert isinstance(sets, list)
    for each in sets:
        assert isinstance(each, dict)
        pairs = each["pairs"]
        assert isinstance(pairs, list)
        lines.append(f"  {each['name']}: {len(pairs)} coins, {each['begin']} to {each['end']}")
        if each["generated"]:
            lines.append("  This market is generated: it says nothing about real ones.")
        if each["chosen_on"]:
            lines.append(
                "  The profile was chosen with candles of this time: what it earns in it shows little."
            )
    return lines


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _add_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add_sets_options(parser)
    add(
        "--pair", nargs="+", default=[], metavar="PAIR", help="only these coins (default: all of each folder)"
    )
    _add_times(parser)
    add(
        "--check",
        type=Path,
        metavar="FILE",
        help="only say whether a document of --json is as it was written",
    )
    add("--html", type=Path, metavar="FILE", help="write the report as an HTML page with plots, too")
    add("--json", action="store_true", help="the whole report as JSON, with its digest")
    add(
        "--save",
        type=Path,
        nargs="?",
        const=USER_DATA / DEFAULT_EVIDENCE,
        metavar="FILE",
        help="write the JSON document where a live bot looks for it (default: user_data/hhq/evidence.json); without "
        "--settings, about config/hhq.toml with the companion's overlay, as the bots run",
    )
    add_live_options(parser)
    _add_numbers(parser)
    add_settings_options(parser)
    parser.epilog = _EPILOG


def _add_times(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--from",
        dest="begin",
        metavar="TIME",
        help="first candle that is decided (default: each folder's first)",
    )
    add(
        "--to",
        dest="end",
        metavar="TIME",
        help="end of the time that is decided (default: each folder's end)",
    )


def _add_numbers(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--tried",
        type=count_from_one,
        metavar="N",
        help="profiles that were tried until this one was chosen (default: what the profile's file says, 1 for the guide)",
    )
    add(
        "--scheduler",
        metavar="ADDRESS",
        help="a Dask scheduler whose workers do the work instead (host:port, tcp:// or tls://)",
    )


EVIDENCE = Command(_add_options, run)
