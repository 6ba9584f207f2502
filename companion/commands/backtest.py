"""`companion backtest` and `companion analysis`: Freqtrade's own commands on a data folder."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Thread

from companion.bot import configuration
from companion.commands.backtest_costs import told
from companion.commands.command import Command
from companion.domain_settings.in_force import SETTINGS_FILE, named_settings
from companion.domain_settings.leaves import profile_and_changes
from companion.ground import processes
from companion.ground.errors import UsageError
from companion.ground.layout import ROOT, RUN
from companion.ground.ports import any_free
from companion.offline import replay_process
from companion.offline.data_folder import DataFolder, embedded_folder, open_folder, shortened
from companion.offline.named_pairs import named_pairs
from companion.offline.timerange import check_timerange
from companion.venues.binance.leverage_tiers import bundled_tiers
from hhq_shared.guard_counts import GuardCount

GENERATED = "This market is generated, for demonstration and tests; it says nothing about real ones."
DEFAULT_COINS = 64
_ANALYSES = {"lookahead": "lookahead-analysis", "recursive": "recursive-analysis"}
_REPORT_WIDTH = "200"
_BEGINNING = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2},\d{3} - ")
_EXPORTED = re.compile(r'dumping json to "(?P<path>.+?)\.meta\.json"')


@dataclass(frozen=True)
class Preparation:
    """What a run needs: the folder, the pairs, the time range, and where its files go."""

    folder: DataFolder
    pairs: tuple[str, ...]
    without_tiers: tuple[str, ...]
    timerange: str | None
    end: datetime
    run_folder: Path
    settings: Path


def backtest(options: argparse.Namespace) -> int:
    """Run `freqtrade backtesting`; its report goes to stdout. Returns its exit status."""
    settings = named_settings(options.settings, None)
    prepared = prepare(options)
    notes = [f"SETTINGS: {profile_and_changes(settings)}", *_left_out(prepared)]
    _say(notes)
    heard = _Heard()
    arguments = ("--enable-protections", "--cache", "none", *options.freqtrade_arguments)
    status = run_freqtrade(prepared, "backtesting", arguments, heard)
    if status == 0:
        found = told(prepared.folder, settings, heard.exported, heard.guards)
        notes = [*found.tables, *notes, *found.lines]
    _say(notes)
    return status


def analysis(options: argparse.Namespace) -> int:
    """Run `freqtrade lookahead-analysis` or `recursive-analysis` on the strategy. Returns its exit status."""
    prepared = prepare(options)
    arguments: tuple[str, ...] = tuple(options.freqtrade_arguments)
    if options.kind == "recursive":
        arguments = ("--pairs", prepared.pairs[0], *arguments)
    return run_freqtrade(prepared, _ANALYSES[options.kind], arguments)


def prepare(options: argparse.Namespace) -> Preparation:
    """Check everything that can be checked before a process is started. Raises UsageError."""
    if options.data is None:
        folder = embedded_folder(DEFAULT_COINS, parent=options.run_folder)
        print(f"No DATA given: the generated demonstration market in {folder.path} is used.", flush=True)
    else:
        folder = open_folder(options.data)
    if folder.generated:
        print(GENERATED)
    pairs, without_tiers = choose_pairs(folder, options.pairs)
    begin, end = folder.span()
    if options.timerange:
        check_timerange(options.timerange, begin, end)
    run_folder = options.run_folder / f"backtest-{os.getpid()}"
    settings = (options.settings or SETTINGS_FILE).resolve()
    return Preparation(folder, pairs, without_tiers, options.timerange or None, end, run_folder, settings)


def choose_pairs(folder: DataFolder, wanted: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Pairs by `all`, `funded`, or a list separated by commas or blanks; and those left out for want of leverage tiers.

    Freqtrade cannot trade a pair without leverage tiers: it would end the run after reading all candles. Raises
    UsageError for a name that is not in the folder, and for a named pair without tiers.
    """
    known = bundled_tiers()
    if wanted in ("all", "funded"):
        chosen = folder.pairs if wanted == "all" else folder.funded
        if not chosen:
            raise UsageError(f"PAIRS=funded: no coin in {folder.path} has hourly mark and funding files")
        without = tuple(pair for pair in chosen if pair not in known)
        if len(without) == len(chosen):
            raise UsageError(f"Freqtrade has no leverage tiers for any coin in {folder.path}")
        return tuple(pair for pair in chosen if pair in known), without
    names = wanted.replace(",", " ").split()
    if not names:
        raise UsageError("PAIRS is empty: write all, funded or pairs separated by commas")
    named = named_pairs(folder, names)
    without = tuple(pair for pair in named if pair not in known)
    if without:
        raise UsageError(f"PAIRS: Freqtrade has no leverage tiers for {', '.join(without)}")
    return named, ()


def run_freqtrade(
    prepared: Preparation, subcommand: str, arguments: Sequence[str], heard: _Heard | None = None
) -> int:
    """Run a Freqtrade command against the replay exchange, which provides the markets. Returns its exit status."""
    port = any_free()
    exchange_options = replay_process.ReplayOptions(
        prepared.folder.path,
        port,
        exchange_info=prepared.folder.exchange_info(prepared.end),
    )
    log = prepared.run_folder / "replay.log"
    layer = {
        **configuration.replay_exchange(port, prepared.pairs),
        "hhq": {"settings": str(prepared.settings)},
    }
    generated = configuration.write_layer(prepared.run_folder / "config.json", layer)
    line = configuration.command(
        subcommand,
        [configuration.layer("base"), configuration.layer("backtest"), generated],
        *("--datadir", str(prepared.folder.path)),
        *(("--timerange", prepared.timerange) if prepared.timerange else ()),
        *arguments,
    )
    with processes.ending_with_us() as children:
        exchange = children.add(lambda: replay_process.start(exchange_options, log))
        replay_process.wait_until_ready(exchange, port)
        heard = heard or _Heard()
        freqtrade = children.add(lambda: heard.start(f"freqtrade {subcommand}", line))
        return heard.status(freqtrade.process.wait())


class _Heard:
    """What only Freqtrade's log reveals: a configuration error, after which its status is 0, and where trades went.

    A line that is wider than the terminal is broken: a record of the log ends where the next one begins.
    """

    def __init__(self) -> None:
        self._failed = False
        self._record = ""
        self._reader: Thread | None = None
        self._guards: list[GuardCount] = []
        self._exported: Path | None = None

    def start(self, name: str, line: Sequence[str]) -> processes.Child:
        """Start Freqtrade and read its log along the way."""
        child, self._reader = processes.start_heard(name, line, self._hear, _wide_report())
        return child

    @property
    def exported(self) -> Path | None:
        """Freqtrade's zip with the trades of a backtest, None where none was written."""
        return self._exported

    @property
    def guards(self) -> tuple[GuardCount, ...]:
        """What the guards did in a backtest."""
        return tuple(self._guards)

    def status(self, status: int) -> int:
        """The exit status that it should have had; call it before what was heard is read."""
        if self._reader is not None:
            self._reader.join()
        self._take_record()
        return 2 if status == 0 and self._failed else status

    def _hear(self, line: str) -> None:
        if _BEGINNING.match(line):
            self._take_record()
        self._record += line.rstrip("\n")

    def _take_record(self) -> None:
        record, self._record = self._record, ""
        self._failed = self._failed or " - ERROR - Configuration error:" in record
        exported = _EXPORTED.search(record)
        if exported is not None:
            self._exported = ROOT / f"{exported['path']}.zip"
        self._guards += GuardCount.all_in(record)


def _wide_report() -> dict[str, str]:
    """Rich falls back to 80 columns, cutting the report's tables, if the output is not a terminal."""
    return {} if sys.stdout.isatty() or "COLUMNS" in os.environ else {"COLUMNS": _REPORT_WIDTH}


def _left_out(prepared: Preparation) -> list[str]:
    """What the results do not show, coin by coin."""
    folder, notes = prepared.folder, []
    files = {pair: folder.files(pair) for pair in prepared.pairs}
    without_rates = [pair for pair, known in files.items() if not known.hourly_funding]
    without_marks = [pair for pair, known in files.items() if known.hourly_funding and known.mark is None]
    if without_rates:
        notes.append(
            f"NOTE: {len(without_rates)} of {len(files)} coins lack the hourly file of funding rates that Freqtrade "
            f"reads: their results leave out funding and their funding layer is n/a: {', '.join(without_rates)}. "
            "PAIRS=funded leaves these coins out."
        )
    if without_marks:
        notes.append(
            f"NOTE: {len(without_marks)} of {len(files)} coins lack the hourly file of mark prices: Freqtrade pays no "
            f"funding for them, though their funding layer knows the rates: {', '.join(without_marks)}. "
            "PAIRS=funded leaves these coins out."
        )
    if folder.generated:
        notes.append(GENERATED)
    if prepared.without_tiers:
        notes.append(
            f"NOTE: {len(prepared.without_tiers)} coins are left out, Freqtrade has no leverage tiers for them: "
            f"{', '.join(prepared.without_tiers)}."
        )
    if folder.unread:
        notes.append(f"NOTE: not read in {folder.path / 'futures'}: {shortened(folder.unread)}")
    return notes


def _say(notes: Sequence[str]) -> None:
    for note in notes:
        print(note, flush=True)


def _add_data_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="Freqtrade data folder (default: the generated market)",
    )
    parser.add_argument("--timerange", metavar="RANGE", help="e.g. 20250710-20250910 (default: all candles)")
    parser.add_argument(
        "--pairs",
        default="all",
        help="all, funded (with mark and funding), or pairs separated by commas",
    )
    parser.add_argument("--settings", type=Path, metavar="FILE", help="settings (default: config/hhq.toml)")
    parser.add_argument(
        "--run-folder", type=Path, default=RUN, metavar="DIR", help="where logs and the made configuration go"
    )
    parser.epilog = "Arguments after -- are passed on to freqtrade."


def _add_analysis_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=tuple(_ANALYSES), help="which of Freqtrade's analyses")
    _add_data_options(parser)


BACKTEST = Command(_add_data_options, backtest, passes_on=True)
ANALYSIS = Command(_add_analysis_options, analysis, passes_on=True)
