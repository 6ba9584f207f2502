"""The figures of a backtest as JSON, beside Freqtrade's export: `backtest-result-….costs.json`.

Freqtrade deletes what begins with its export's name together with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from companion.ground.plain import Plain, plain
from companion.offline.backtest_export import BacktestExport
from companion.offline.backtest_ledger import BacktestLedger
from companion.offline.data_folder import DataFolder
from hhq.costs import Costs
from hhq.digest import settings_digest
from hhq.settings import HHQSettings
from hhq_shared.atomic_file import replacing
from hhq_shared.guard_counts import GuardCount

LAYOUT = 1


@dataclass(frozen=True)
class BacktestRun:
    """What was run: the folder, the settings, the fees by order type, and what Freqtrade exported."""

    folder: DataFolder
    settings: HHQSettings
    costs: Costs
    export: BacktestExport


def costs_path(export: Path) -> Path:
    """Where the figures of an exported backtest are."""
    return export.with_suffix(".costs.json")


def write_costs(run: BacktestRun, found: BacktestLedger, guards: Sequence[GuardCount]) -> Path:
    """Write the figures and return their path. Raises OSError."""
    path = costs_path(run.export.path)
    with replacing(path, durable=False) as file:
        file.write(orjson.dumps(document(run, found, guards), option=orjson.OPT_INDENT_2))
    return path


def document(run: BacktestRun, found: BacktestLedger, guards: Sequence[GuardCount]) -> dict[str, Plain]:
    """The figures as plain values."""
    export = run.export
    return {
        "layout": LAYOUT,
        "settings_digest": settings_digest(run.settings),
        "data": run.folder.path.name,
        "generated": run.folder.generated,
        "export": export.path.name,
        "begin": export.begin.isoformat(),
        "end": export.end.isoformat(),
        "pairs": list(export.pairs),
        "costs": plain(run.costs),
        "ledger": plain(found.ledger),
        "funding_counted_twice": plain(found.double),
        "check": {**_object(plain(found.check)), "agrees": found.check.agrees},
        "guards": [plain(each) for each in guards],
    }


def _object(value: Plain) -> dict[str, Plain]:
    if not isinstance(value, dict):
        raise TypeError("a dataclass is an object")
    return value
