"""`companion evidence --trades`: what a bot really did, from its database, beside what the engine makes of the candles."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import orjson

from companion.commands.data_options import count_from_one, pairs_of, sets_of
from companion.commands.explanation import live_text
from companion.evidence.bot_database import read_trades
from companion.evidence.live import booked, sort_out
from companion.evidence.live_report import EngineQuestion, LiveReport, matched_with, measured_by, numbers_of
from companion.evidence.live_rows import content_of
from companion.ground.errors import UsageError
from companion.ground.layout import USER_DATA
from hhq.costs import Costs
from hhq.evidence.live import summary_of
from hhq.settings import HHQSettings
from hhq_shared.evidence_file import DEFAULT_EVIDENCE, EVIDENCE_DAYS, LARGEST_EVIDENCE_DAYS

_REFUSED = {
    "--from": "begin",
    "--to": "end",
    "--html": "html",
    "--save": "save",
    "--scheduler": "scheduler",
    "--tried": "tried",
}
_ONLY_WITH_TRADES = {"--evidence": "evidence", "--evidence-days": "evidence_days"}


def add_live_options(parser: argparse.ArgumentParser) -> None:
    """Add --trades, --evidence and --evidence-days."""
    add = parser.add_argument
    add(
        "--trades",
        metavar="URL",
        help="a bot's database (sqlite:///run/live.sqlite): report what it really did, with --data beside the engine",
    )
    add(
        "--evidence",
        type=Path,
        metavar="FILE",
        help="with --trades: the document that they are held against (default: user_data/hhq/evidence.json)",
    )
    add(
        "--evidence-days",
        type=_days,
        metavar="N",
        help="with --trades: largest age of that document's newest data, hhq.evidence_days of the bot "
        f"(default {EVIDENCE_DAYS})",
    )


def refuse_live_options(options: argparse.Namespace) -> None:
    """Raise UsageError for an option that says something about a bot's trades where none are asked for."""
    for option, name in _ONLY_WITH_TRADES.items():
        if getattr(options, name) is not None:
            raise UsageError(f"{option} goes with --trades alone")


def report_of_trades(options: argparse.Namespace, settings: HHQSettings) -> str:
    """Return the report on the database of ``--trades`` as text or JSON. Raises UsageError for what cannot be answered."""
    for option, name in _REFUSED.items():
        if getattr(options, name) is not None:
            raise UsageError(f"{option} does not go with --trades")
    found = sort_out(read_trades(options.trades))
    if not found.closed:
        raise UsageError(
            f"--trades: no closed trade of the bot's own signals; {len(found.still_open)} are open, closed ones left out: "
            f"{found.forced} of a user, {found.without_record} without a record, {found.never_filled} never filled"
        )
    costs = Costs.by_order(settings)
    ours = booked(found.closed, numbers_of(found), costs)
    matched = None
    if options.data:
        matched = matched_with(_question(options, settings, costs), found, ours, _progress())
    held_against = options.evidence or USER_DATA / DEFAULT_EVIDENCE
    days = options.evidence_days or EVIDENCE_DAYS
    measured = measured_by(held_against, found, ours, datetime.now(UTC), days)
    report = LiveReport(found, ours, summary_of(ours.trades), measured, matched)
    return _json(report) if options.json else _text(report)


def _days(text: str) -> int:
    days = count_from_one(text)
    if days > LARGEST_EVIDENCE_DAYS:
        raise argparse.ArgumentTypeError(f"{text}: at most {LARGEST_EVIDENCE_DAYS} days")
    return days


def _question(options: argparse.Namespace, settings: HHQSettings, costs: Costs) -> EngineQuestion:
    return EngineQuestion(
        tuple((folder, pairs_of(folder, options.pair)) for folder in sets_of(options)),
        settings,
        costs,
        options.processes,
    )


def _text(report: LiveReport) -> str:
    lines = ["What the bot really did: % of the entry's notional, means a trade"]
    for title, body in live_text.sections(report):
        lines += ["", title, *body]
    return "\n".join(lines)


def _json(report: LiveReport) -> str:
    return orjson.dumps(content_of(report), option=orjson.OPT_INDENT_2).decode()


def _progress() -> Callable[[int, int], None]:
    def told(done: int, all_of_them: int) -> None:
        if done == all_of_them or done % 10 == 0:
            print(f"engine: {done} of {all_of_them} coins", file=sys.stderr, flush=True)

    return told
