"""`companion backtest` and `companion analysis`: Freqtrade's own commands on a data folder."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from companion.bot import configuration
from companion.commands.command import Command
from companion.domain_settings.in_force import named_settings
from companion.domain_settings.leaves import changed_settings
from companion.ground import processes
from companion.ground.errors import UsageError
from companion.ground.layout import RUN
from companion.ground.ports import any_free
from companion.offline import replay_process
from companion.offline.data_folder import DataFolder, embedded_folder, open_folder
from companion.offline.timerange import check_timerange

DEFAULT_COINS = 64
_ANALYSES = {"lookahead": "lookahead-analysis", "recursive": "recursive-analysis"}
_REPORT_WIDTH = "200"


@dataclass(frozen=True)
class Preparation:
    """What a run needs: the folder, the pairs, the time range and where its files go."""

    folder: DataFolder
    pairs: tuple[str, ...]
    timerange: str | None
    end: datetime
    run_folder: Path


def backtest(options: argparse.Namespace) -> int:
    """Run `freqtrade backtesting`; its report on standard output, its exit status."""
    settings = _changed_settings()
    prepared = prepare(options)
    notes = [*settings, *_left_out(prepared)]
    _say(notes)
    status = run_freqtrade(
        prepared, "backtesting", ("--enable-protections", "--cache", "none", *options.freqtrade_arguments)
    )
    _say(notes)
    return status


def analysis(options: argparse.Namespace) -> int:
    """Run `freqtrade lookahead-analysis` or `recursive-analysis` on the strategy."""
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
        print("This market is generated, for demonstration and tests; it says nothing about real ones.")
    pairs = choose_pairs(folder, options.pairs)
    begin, end = folder.span()
    if options.timerange:
        check_timerange(options.timerange, begin, end)
    return Preparation(
        folder, pairs, options.timerange or None, end, options.run_folder / f"backtest-{os.getpid()}"
    )


def choose_pairs(folder: DataFolder, wanted: str) -> tuple[str, ...]:
    """Pairs by `all`, `funded`, or a list separated by commas or blanks. Raises UsageError."""
    if wanted == "all":
        return folder.pairs
    if wanted == "funded":
        if not folder.funded:
            raise UsageError(f"PAIRS=funded: no coin in {folder.path} has mark and funding files")
        return folder.funded
    named = wanted.replace(",", " ").split()
    if not named:
        raise UsageError("PAIRS is empty: write all, funded or pairs separated by commas")
    if len(named) == 1 and "/" not in named[0]:
        raise UsageError(f"PAIRS {wanted!r} is unknown: write all, funded or pairs like {folder.pairs[0]}")
    for pair in named:
        folder.files(pair)
    return tuple(dict.fromkeys(named))


def run_freqtrade(prepared: Preparation, subcommand: str, arguments: Sequence[str]) -> int:
    """Run a Freqtrade command against the replay exchange, which gives it the markets."""
    port = any_free()
    exchange_options = replay_process.ReplayOptions(
        prepared.folder.path,
        port,
        exchange_info=prepared.folder.exchange_info(prepared.end),
    )
    log = prepared.run_folder / "replay.log"
    generated = configuration.write_layer(
        prepared.run_folder / "config.json", configuration.replay_exchange(port, prepared.pairs)
    )
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
        freqtrade = children.add(
            lambda: processes.start(f"freqtrade {subcommand}", line, environment=_wide_report())
        )
        return freqtrade.process.wait()


def _wide_report() -> dict[str, str]:
    """Rich falls back to 80 columns, and cuts the report's tables, where the output is no terminal."""
    return {} if sys.stdout.isatty() or "COLUMNS" in os.environ else {"COLUMNS": _REPORT_WIDTH}


def _changed_settings() -> list[str]:
    """What the strategy decides with that is no default: a result is only worth something with its settings."""
    changed = changed_settings(named_settings(None, None))
    told = (f"{leaf.key} = {value} (default {leaf.default}, {leaf.home})" for leaf, value in changed)
    return [f"SETTINGS: {len(changed)} are not the defaults: {'; '.join(told)}"] if changed else []


def _left_out(prepared: Preparation) -> list[str]:
    without = [pair for pair in prepared.pairs if pair in set(prepared.folder.without_funding)]
    if not without:
        return []
    note = (
        f"NOTE: {len(without)} of {len(prepared.pairs)} coins lack complete mark and funding files, so their "
        f"results leave out funding and their funding layer is n/a: {', '.join(without)}. "
        "PAIRS=funded leaves these coins out."
    )
    return [note]


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
    parser.add_argument(
        "--run-folder", type=Path, default=RUN, metavar="DIR", help="where logs and the made configuration go"
    )
    parser.epilog = "Arguments after -- are passed on to freqtrade."


def _add_analysis_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=tuple(_ANALYSES), help="which of Freqtrade's analyses")
    _add_data_options(parser)


BACKTEST = Command(_add_data_options, backtest, passes_on=True)
ANALYSIS = Command(_add_analysis_options, analysis, passes_on=True)
