"""Documents of the evidence as the command writes them, of accepted trades that earn what the test says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from companion.evidence.document import DataSet, Question, document, write_document
from companion.ground.plain import Plain
from hhq.costs import Costs
from hhq.evidence.candidates import Candidates
from hhq.evidence.material import Holding, Material
from hhq.evidence.report import report_of
from hhq.settings import HHQSettings
from hhq_shared.evidence_file import digest_of
from tests.hhq.evidence.scene import drawn

BTC = "BTC/USDT:USDT"
TRADES_A_DAY = 5


def measured(
    settings: HHQSettings, end: datetime, gross: float = 1.0, days: int = 40, *, generated: bool = False
) -> dict[str, Plain]:
    """A document about these settings; ``gross``: mean result of a trade, % of the notional, over so many ``days``."""
    generator = np.random.default_rng(1)
    day = np.repeat(np.arange(days), TRADES_A_DAY)

    def some(mean: float) -> Candidates:
        noise = generator.normal(0.0, 1.0, day.size)
        return drawn(mean + noise - noise.mean(), day)

    holding = Holding(generator.normal(0.0, 2.0, days), np.arange(days))
    material = Material(some(gross), some(0.0), some(-gross), holding)
    described = DataSet("set", (BTC,), end - timedelta(days=days), end, generated, chosen_on=False)
    question = Question((described,), settings, Costs.by_order(settings), 1)
    return document(question, report_of({"set": material}, settings))


def write(path: Path, content: dict[str, Plain]) -> Path:
    """Write a document as it is."""
    write_document(path, content)
    return path


def changed(path: Path, change: Callable[[Any], object], *, by_hand: bool = True) -> None:
    """Change a document: by hand, which leaves its digest as it was, or by a program that also writes the digest."""
    content = orjson.loads(path.read_bytes())
    change(content)
    if not by_hand:
        content["digest"] = digest_of(content)
    path.write_bytes(orjson.dumps(content))
