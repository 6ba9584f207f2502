"""The report on what a bot really did as plain values: means with too little behind them are null, never a number alone."""

from __future__ import annotations

from collections.abc import Iterator

from companion.evidence.live_report import LiveReport
from companion.evidence.shown_mean import ShownMean
from companion.ground.plain import Plain, plain
from hhq.evidence.interval import Mean
from hhq.evidence.live import LiveSummary
from hhq.evidence.live_match import LiveMatch
from hhq.evidence.tables import Earned


def content_of(report: LiveReport) -> dict[str, Plain]:
    """Return the report with a row for each trade."""
    measured, matched, found = report.measured, report.matched, report.sorted
    return {
        "drift": {"state": measured.drift.state.value, "reason": measured.drift.reason, "trades": measured.trades},
        "evidence": plain(measured.verdict),
        "looked_at": {
            "closed": len(found.closed),
            "open": len(found.still_open),
            "forced": found.forced,
            "without_record": found.without_record,
            "never_filled": found.never_filled,
            "differing": report.booked.differing,
        },
        "summary": summary_content(report.summary),
        "match": None if matched is None else {
            "settings_digest": matched.settings_digest,
            "same_settings": matched.same_settings,
            **_match(matched.match),
        },
        "trades": list(_trades(report)),
    }  # fmt: skip


def summary_content(summary: LiveSummary) -> dict[str, Plain]:
    """Return the means of closed trades."""
    names = ("gross", "fees", "funding", "net", "slippage", "beyond_limit", "wait_seconds")
    means: dict[str, Plain] = {name: mean_content(getattr(summary, name)) for name in names}
    return {**means, "reasons": [_earned(row) for row in summary.reasons]}


def mean_content(mean: Mean) -> Plain:
    """Return a mean with its interval; all three are null where there is too little."""
    return plain(ShownMean.of(mean))


def _match(match: LiveMatch) -> dict[str, Plain]:
    return {
        "fates": [_earned(row) for row in match.fates],
        "live": _earned(match.live),
        "engine": _earned(match.engine),
        "gross_difference": mean_content(match.gross_difference),
        "net_difference": mean_content(match.net_difference),
        "missed": _earned(match.missed),
    }


def _earned(row: Earned) -> Plain:
    return {"name": row.name, "gross": mean_content(row.gross), "net": mean_content(row.net)}


def _trades(report: LiveReport) -> Iterator[Plain]:
    trades = report.booked.trades
    columns = {
        "gross_pct": trades.gross_pct,
        "fees_pct": trades.fees_pct,
        "funding_pct": trades.funding_pct,
        "net_pct": trades.net_pct,
        "slippage_pct": trades.slippage_pct,
        "beyond_limit_pct": trades.beyond_limit_pct,
        "wait_seconds": trades.wait_seconds,
    }
    match = report.matched.match if report.matched is not None else None
    if match is not None:
        columns |= {
            "engine_gross_pct": match.engine_gross_pct,
            "engine_net_pct": match.engine_net_pct,
            "gross_difference_pct": trades.gross_pct - match.engine_gross_pct,
            "net_difference_pct": trades.net_pct - match.engine_net_pct,
        }
    for n, (trade, record) in enumerate(report.sorted.closed):
        yield {
            "pair": trade.pair,
            "side": trade.side,
            "candle": record.candle,
            "leverage": trade.leverage,
            "closed_ms": trade.closed_ms,
            "code": trade.code,
            "settings_digest": record.settings_digest,
            "engine": None if match is None else match.fate.names[match.fate.of[n]],
            **{name: plain(float(values[n])) for name, values in columns.items()},
        }
