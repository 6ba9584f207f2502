"""What the decisions have been shown to earn (docs/evidence.md)."""

from __future__ import annotations

from hhq.settings.base import Section, option, setting
from hhq_shared.evidence_file import EVIDENCE_DAYS, LARGEST_EVIDENCE_DAYS


class EvidenceSettings(Section):
    """The document whose verdict is shown beside the equity of each bot; a live bot reads it before it starts."""

    file: str = option(
        "user_data/hhq/evidence.json",
        "Document of python -m companion evidence --save (hhq.evidence of the bots).",
    )
    days: int = setting(
        EVIDENCE_DAYS,
        1,
        LARGEST_EVIDENCE_DAYS,
        "days",
        "Largest age of its newest data (hhq.evidence_days of the bots).",
    )
