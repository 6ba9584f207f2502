"""The outcomes as tables and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from companion.stress.outcome import Outcome
from companion.stress.scenarios import BY_NAME, CANDLE_CODES

_HEADER = (
    "scenario",
    "loss %",
    "limit %",
    "open",
    "trades",
    "late",
    "restart",
    "exits of the positions in it",
)


def table(outcomes: Sequence[Outcome]) -> str:
    """One row for each scenario, then what was broken."""
    rows = [_HEADER, *(_row(outcome) for outcome in outcomes)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    lines.extend(f"{outcome.name}: {outcome.scenario.note}." for outcome in outcomes if outcome.scenario.note)
    broken = [f"BROKEN {line}" for line in all_broken(outcomes)]
    return "\n".join([*lines, "", *(broken or ["Every limit held."])])


def all_broken(outcomes: Sequence[Outcome]) -> list[str]:
    """Every limit that did not hold; after a run of all scenarios also the codes that none of them showed."""
    broken = [f"{outcome.name}: {text}" for outcome in outcomes for text in outcome.broken]
    if len(outcomes) == len(BY_NAME):
        missing = CANDLE_CODES.difference(*(outcome.codes for outcome in outcomes))
        broken.extend(f"no scenario has shown {code}" for code in sorted(missing))
    return broken


def code_table(outcomes: Sequence[Outcome]) -> str:
    """Which scenario showed which close reason, how often."""
    names = sorted({code for outcome in outcomes for code in outcome.codes})
    lines = []
    for name in names:
        shown = (f"{outcome.name} {outcome.codes[name]}" for outcome in outcomes if name in outcome.codes)
        lines.append(f"{name:<24}{', '.join(shown)}")
    return "\n".join(lines)


def as_json(outcomes: Sequence[Outcome]) -> str:
    """All of it, for programs."""
    content = [_described(outcome) for outcome in outcomes]
    return json.dumps({"scenarios": content, "broken": all_broken(outcomes)}, indent=2)


def _described(outcome: Outcome) -> dict[str, object]:
    scenario = outcome.scenario
    return {
        **asdict(outcome),
        "what": scenario.what,
        "setting": scenario.setting.name,
        "note": scenario.note,
        "allowed_pct": outcome.loss.allowed_pct if outcome.limit_applies else None,
    }


def _row(outcome: Outcome) -> tuple[str, ...]:
    allowed = f"{outcome.loss.allowed_pct:.2f}" if outcome.limit_applies else "none"
    exits = ", ".join(f"{code} {count}" for code, count in outcome.event_codes.items())
    return (
        outcome.name,
        f"{outcome.loss.worst_pct:.2f}",
        allowed,
        str(outcome.positions_at_event),
        str(outcome.trades),
        str(len(outcome.late)) if outcome.late else "none",
        outcome.restart or "same",
        exits,
    )
