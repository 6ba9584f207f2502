"""A choice as text: its steps, and the guide against what was chosen."""

from __future__ import annotations

import math
from collections.abc import Sequence

from companion.commands.explanation.table import Column, table
from hhq.evidence.choice import Balance, Contest, Step
from hhq.evidence.interval import Mean


def step_lines(steps: Sequence[Step]) -> list[str]:
    """The steps of the choice on all data."""
    rows = [
        (
            str(number),
            step.combination[-1] if step.combination else "the guide",
            _number(step.score),
            str(step.tried),
        )
        for number, step in enumerate(steps)
    ]
    columns = (
        Column("step", right=True),
        Column("change"),
        Column("score", right=True),
        Column("tried", right=True),
    )
    title = "Chosen on all data. Score: lower bound of the daily result, % of the equity a coin"
    return [title, *table(columns, rows)]


def contest_lines(found: Contest) -> list[str]:
    """The guide against what was chosen without the days that they are judged by."""
    columns = (
        Column(""),
        Column("trades", right=True),
        Column("net % of notional a trade"),
        Column("net % of equity a coin and day"),
        Column("fees", right=True),
        Column("hours a day", right=True),
    )
    rows = [_row("guide", found.guide), _row("chosen", found.measured)]
    lines = [f"Judged on {found.name}", *table(columns, rows)]
    lines += [f"  chosen less guide, day by day: {_mean(found.difference, 4)} % of the equity a coin"]
    return [*lines, *(f"  chosen there: {', '.join(each) or 'the guide'}" for each in found.chosen)]


def _row(name: str, balance: Balance) -> tuple[str, ...]:
    return (
        name,
        f"{balance.trades:,}",
        _mean(balance.net_pct_of_notional, 3),
        _mean(balance.daily, 4),
        f"{balance.fees:.2f} %",
        f"{balance.hours_a_day:.2f}",
    )


def _mean(mean: Mean, digits: int) -> str:
    if not mean.is_enough or math.isnan(mean.low):
        return "too little"
    return f"{mean.mean:+.{digits}f} [{mean.low:+.{digits}f}, {mean.high:+.{digits}f}]"


def _number(value: float) -> str:
    return f"{value:+.4f}" if math.isfinite(value) else "too little"
