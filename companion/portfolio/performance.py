"""Figures of closed trades: overall, by day, coin, close reason and hour. Everything is net of fees and funding."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from companion.portfolio.results import Result
from hhq.closed_trade import Outcome

HOUR_MS = 3_600_000
Key = TypeVar("Key", str, int, date)


@dataclass(frozen=True, slots=True)
class Figures:
    """A set of trades; money in USDT. Neutral trades (net smaller than the fees) are neither wins nor losses.

    ``win_rate_pct`` of wins and losses; ``profit_factor`` wins / losses in money (n/a without a loss); ``expectancy`` net
    per trade. ``fees`` were paid, ``funding`` received (negative: paid).
    """

    trades: int
    wins: int
    losses: int
    neutral: int
    win_rate_pct: float
    net_pnl: float
    gross_pnl: float
    fees: float
    funding: float
    profit_factor: float
    expectancy: float
    best: float
    worst: float


@dataclass(frozen=True, slots=True)
class NamedFigures:
    """The figures of one coin, close reason, side or hour."""

    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class DayFigures:
    """The figures of one day in the configured time zone; ``cumulative``: net PnL up to its end, USDT."""

    day: str
    figures: Figures
    cumulative: float


@dataclass(frozen=True, slots=True)
class HourFigures:
    """The figures of the trades that closed in one hour of one weekday (0 = Monday) in the configured time zone."""

    weekday: int
    hour: int
    figures: Figures


@dataclass(frozen=True, slots=True)
class HoursOfTheWeek:
    """The hours of the week in which trades closed; the others have none."""

    zone: str
    hours: tuple[HourFigures, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """All trades, today's, and their breakdown. ``average_hours``: mean time from entry fill to close.

    ``largest_drawdown``: deepest fall of the cumulative net PnL below its peak, in USDT (positive).
    """

    total: Figures
    today: Figures
    zone: str
    sides: tuple[NamedFigures, ...]
    close_reasons: tuple[NamedFigures, ...]
    hours_utc: tuple[NamedFigures, ...]
    average_hours: float
    largest_drawdown: float
    first_close_ms: int | None
    last_close_ms: int | None


def figures_of(trades: Iterable[Result]) -> Figures:
    """The figures of these trades; a trade whose result is not known counts as a trade only."""
    rows = list(trades)
    known = [row for row in rows if not math.isnan(row.net)]
    won = [row.net for row in known if row.outcome is Outcome.WIN]
    lost = [row.net for row in known if row.outcome is Outcome.LOSS]
    net = math.fsum(row.net for row in known)
    fees, funding = _sum(row.fees for row in rows), _sum(row.funding for row in rows)
    decided = len(won) + len(lost)
    lost_money = -math.fsum(lost)
    return Figures(
        trades=len(rows),
        wins=len(won),
        losses=len(lost),
        neutral=len(known) - decided,
        win_rate_pct=100.0 * len(won) / decided if decided else math.nan,
        net_pnl=net,
        gross_pnl=net + fees - funding,
        fees=fees,
        funding=funding,
        profit_factor=math.fsum(won) / lost_money if lost_money > 0.0 else math.nan,
        expectancy=net / len(known) if known else math.nan,
        best=max((row.net for row in known), default=math.nan),
        worst=min((row.net for row in known), default=math.nan),
    )


def summary(trades: Sequence[Result], now_ms: int, zone: ZoneInfo) -> Summary:
    """The whole summary; ``trades`` oldest first."""
    today = day_of(now_ms, zone)
    held = [(row.closed_ms - row.opened_ms) / HOUR_MS for row in trades]
    return Summary(
        total=figures_of(trades),
        today=figures_of(row for row in trades if day_of(row.closed_ms, zone) == today),
        zone=zone.key,
        sides=_named(trades, lambda row: "SHORT" if row.side < 0 else "LONG"),
        close_reasons=_named(trades, lambda row: row.code or "unknown"),
        hours_utc=_named(trades, lambda row: f"{row.closed_ms // HOUR_MS % 24:02d}"),
        average_hours=math.fsum(held) / len(held) if held else math.nan,
        largest_drawdown=_drawdown(trades),
        first_close_ms=trades[0].closed_ms if trades else None,
        last_close_ms=trades[-1].closed_ms if trades else None,
    )


def by_day(trades: Sequence[Result], zone: ZoneInfo) -> list[DayFigures]:
    """The days with trades, oldest first."""
    cumulative, found = 0.0, []
    for day, rows in sorted(_grouped(trades, lambda row: day_of(row.closed_ms, zone)).items()):
        figures = figures_of(rows)
        cumulative += figures.net_pnl
        found.append(DayFigures(day.isoformat(), figures, cumulative))
    return found


def by_hour_of_the_week(trades: Iterable[Result], zone: ZoneInfo) -> HoursOfTheWeek:
    """The hours of the week in which trades closed, Monday first."""
    groups: dict[tuple[int, int], list[Result]] = defaultdict(list)
    for row in trades:
        closed = _local(row.closed_ms, zone)
        groups[closed.weekday(), closed.hour].append(row)
    return HoursOfTheWeek(
        zone.key, tuple(HourFigures(*place, figures_of(rows)) for place, rows in sorted(groups.items()))
    )


def by_coin(trades: Iterable[Result]) -> list[NamedFigures]:
    """The coins by their net PnL, best first."""
    return sorted(_named(trades, lambda row: row.pair), key=lambda item: (-item.figures.net_pnl, item.name))


def day_of(time_ms: int, zone: ZoneInfo) -> date:
    """The calendar day of a time (ms UTC) in a zone."""
    return _local(time_ms, zone).date()


def _local(time_ms: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(time_ms / 1000.0, UTC).astimezone(zone)


def _named(trades: Iterable[Result], name: Callable[[Result], str]) -> tuple[NamedFigures, ...]:
    groups = sorted(_grouped(trades, name).items())
    return tuple(NamedFigures(key, figures_of(rows)) for key, rows in groups)


def _grouped(trades: Iterable[Result], key: Callable[[Result], Key]) -> dict[Key, list[Result]]:
    groups: dict[Key, list[Result]] = defaultdict(list)
    for row in trades:
        groups[key(row)].append(row)
    return groups


def _drawdown(trades: Iterable[Result]) -> float:
    total = peak = deepest = 0.0
    for row in trades:
        total += 0.0 if math.isnan(row.net) else row.net
        peak = max(peak, total)
        deepest = max(deepest, peak - total)
    return deepest


def _sum(values: Iterable[float]) -> float:
    return math.fsum(value for value in values if not math.isnan(value))
