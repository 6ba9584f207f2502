"""What `companion backtest` adds under Freqtrade's report: costs and expectancy, guards, funding counted once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from companion.bot import configuration
from companion.commands.explanation import ledger_text
from companion.offline.backtest_export import read_export
from companion.offline.backtest_ledger import ledger_of_export
from companion.offline.costs_file import BacktestRun, write_costs
from companion.offline.data_folder import DataFolder
from companion.offline.double_funding import funding_line, known_payments
from companion.replay.errors import MarketDataError
from hhq.costs import Costs
from hhq.settings import HHQSettings
from hhq_shared.guard_counts import GuardCount

NOT_CORRECTED = "NOTE: funding that Freqtrade counts twice is not corrected"
NO_COSTS = "There is no table of costs either."
NOT_EXPORTED = f"{NOT_CORRECTED}: no trades were exported. {NO_COSTS}"


class Told(NamedTuple):
    """What is printed after a run: tables under Freqtrade's report, and lines below all other notes."""

    tables: tuple[str, ...]
    lines: tuple[str, ...]


def told(
    folder: DataFolder,
    settings: HHQSettings,
    exported: Path | None,
    guards: Sequence[GuardCount],
) -> Told:
    """Return what is to be printed after a run, and write its figures beside the export.

    ``exported``: Freqtrade's zip of the run, None where it exported no trades. Raises OSError if the figures cannot be
    written.
    """
    costs = Costs.by_order(settings)
    of_guards = tuple(ledger_text.guards(guards))
    if exported is None:
        return Told(of_guards, (NOT_EXPORTED,))
    try:
        export = read_export(exported, configuration.STRATEGY)
        found = ledger_of_export(export, known_payments(folder), costs)
    except (OSError, KeyError, TypeError, ValueError, MarketDataError) as problem:
        return Told(of_guards, (f"{NOT_CORRECTED}: {exported}: {problem!r}. {NO_COSTS}",))
    lines = [funding_line(found.double)] if found.double.reductions else []
    if not found.check.agrees:
        lines.append(ledger_text.disagreement(found.check))
    lines.append(f"COSTS: {write_costs(BacktestRun(folder, settings, costs, export), found, guards)}")
    return Told((*ledger_text.ledger(found.ledger, costs), *of_guards), tuple(lines))
