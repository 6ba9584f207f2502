"""An explanation as text: the verdict first, then the gates, then what is behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from companion.commands.explanation import candidate_text
from companion.commands.explanation.table import Column, quantity, signed, table
from hhq.explain.gate_step import GateStep, Outcome
from hhq.explain.tree import ChangeLine, Explanation, FeatureLine, SideOutlook
from hhq.explain.words import code_name, side_name
from hhq.gates import Gate
from hhq.regime import Regime

_MARKS = {
    Outcome.PASSED: "passed",
    Outcome.STOPPED: "STOPPED",
    Outcome.NOT_ASKED: "·",
    Outcome.AT_ENTRY: "at entry",
}
_PLAIN = (Column(), Column(), Column(), Column())


def verdict(explanation: Explanation) -> list[str]:
    """The two lines that say it all."""
    side = side_name(explanation.side) + "  " if explanation.side else ""
    accepted = explanation.gate is Gate.SCORE_PASS
    head = "ACCEPTED" if accepted else "NO SIGNAL"
    return [f"{head}  {side}{explanation.gate.name}", f"  {explanation.reason}"]


def sections(explanation: Explanation) -> Iterator[tuple[str, list[str]]]:
    """Title and lines of every section, in the order of a decision."""
    yield "Gates, in their order", _gates(explanation)
    yield "Stretch and regime", _stretch(explanation)
    if explanation.candidate is not None:
        if not explanation.side:
            yield (
                f"What the {side_name(explanation.candidate.side)} would have been worth otherwise",
                [
                    "  The points, leverage and levels below are those of a candle that was stopped before its side."
                ],
            )
        yield from candidate_text.sections(explanation.candidate)
    for outlook in explanation.outlooks:
        yield f"A {side_name(outlook.side)} here", _outlook(outlook)
    yield "Market at this candle (the same for every coin)", _market(explanation)
    yield "Features", _features(explanation.features)


def _gates(explanation: Explanation) -> list[str]:
    return _steps(explanation.steps, explanation.gate)


def _steps(steps: Iterable[GateStep], deciding: Gate | None) -> list[str]:
    rows = [
        (">>" if step.gate is deciding else "", _MARKS[step.outcome], step.gate.name, step.detail)
        for step in steps
    ]
    return table(_PLAIN, rows, indent=0)


def _stretch(explanation: Explanation) -> list[str]:
    line = explanation.threshold
    regime = explanation.regime
    product = (
        f"= {quantity(line.setting)} setting × {quantity(line.hurst_factor)} Hurst × "
        f"{quantity(line.volatility_factor)} volatility"
    )
    if line.no_book_factor > 1.0:
        product += f" × {quantity(line.no_book_factor)} without an order book"
    rows = [
        ("z score", quantity(line.zscore, "σ"), ""),
        ("threshold", quantity(line.threshold, "σ"), product),
        ("regime", "n/a" if regime is Regime.NONE else regime.name.lower().replace("_", " "), ""),
        ("history", f"{explanation.history} candles", ""),
    ]
    return table((Column(), Column(), Column()), rows)


def _outlook(outlook: SideOutlook) -> list[str]:
    stopped = [step.gate.name for step in outlook.steps if step.outcome is Outcome.STOPPED]
    lines = [f"  needs {outlook.needs}; stopped by {', '.join(stopped) if stopped else 'nothing'}"]
    return lines + _steps(outlook.steps, None)


def _market(explanation: Explanation) -> list[str]:
    market = explanation.market
    titles = ("", "30m %", "1h %", "4h %", "24h %", "short-term", "daily")
    columns = [Column(title, right="%" in title) for title in titles]
    lines = table(columns, [_changes(market.btc), _changes(market.eth)])
    flash = [
        f"flash crash {_switch(market.flash_crash)} (minutes since: {quantity(market.minutes_since_crash)})",
        f"flash pump {_switch(market.flash_pump)} (minutes since: {quantity(market.minutes_since_pump)})",
        f"ETH flash crash {_switch(market.eth_flash)}",
    ]
    macro = market.macro.name.lower().replace("_", " ")
    return [*lines, f"  macro regime {macro}; {'; '.join(flash)}"]


def _changes(line: ChangeLine) -> tuple[str, ...]:
    moves = (line.half_hour, line.hour, line.four_hours, line.day)
    daily = code_name(line.daily) if line.name == "BTC" else ""
    return (
        line.name,
        *map(signed, (float(f"{move:.3f}") for move in moves)),
        code_name(line.short_term),
        daily,
    )


def _switch(value: float) -> str:
    return {0.0: "off", 1.0: "ON"}.get(value, "n/a")


def _features(features: tuple[FeatureLine, ...]) -> list[str]:
    lines = []
    for group, members in groupby(features, key=lambda line: line.group):
        cells = [_feature(line) for line in members]
        pairs = [cells[i : i + 2] for i in range(0, len(cells), 2)]
        rows = [(*pair[0], *(pair[1] if len(pair) > 1 else ("", ""))) for pair in pairs]
        lines += [f"  {group}", *_two_columns(rows)]
    return lines


def _two_columns(rows: Sequence[tuple[str, str, str, str]]) -> list[str]:
    return [f"    {a:<20}{b:<30}{c:<20}{d}".rstrip() for a, b, c, d in rows]


def _feature(line: FeatureLine) -> tuple[str, str]:
    return line.feature.name.lower(), line.meaning or quantity(line.value, line.unit)
