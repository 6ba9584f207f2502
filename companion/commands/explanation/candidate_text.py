"""A candidate as text: its points, leverage factor by factor, prices and size."""

from __future__ import annotations

from collections.abc import Iterator

from companion.commands.explanation.table import Column, quantity, signed, table
from hhq.explain.costs import cost_message
from hhq.explain.tree import (
    CandidateLines,
    EntryLines,
    LayerLine,
    LevelLines,
    LeverageLines,
    MarketFilterLines,
    ScoreLines,
    SizeLines,
    TimeframeLines,
)
from hhq.explain.words import code_name
from hhq.language import Language

_TWO = (Column(), Column())


def sections(lines: CandidateLines) -> Iterator[tuple[str, list[str]]]:
    """Title and lines of every section."""
    yield "Score, layer by layer (rules are written for LONG, a SHORT is their mirror)", _score(lines.score)
    yield "Higher timeframes", _timeframes(lines.timeframes)
    yield "Market filters", _market(lines.market)
    yield "Leverage, factor by factor", _leverage(lines.leverage)
    yield "Entry, stop and target", [*_entry(lines.entry), *_levels(lines.levels)]
    yield "Costs", [f"  {cost_message(lines.costs).told(Language.ENGLISH)}"]
    yield "Size factor", _size(lines.size)


def _score(score: ScoreLines) -> list[str]:
    columns = (
        Column("#", right=True),
        Column("layer"),
        Column("points", right=True),
        Column("input"),
        Column("rule"),
    )
    lines = table(columns, [_layer(line) for line in score.layers], wrapped=True)
    scale = "" if score.layer_scale == 1.0 else f" (layers 2 and up × {quantity(score.layer_scale)})"
    comparison = "≥" if score.score >= score.minimum else "<"
    lines += [
        (
            f"  raw sum {quantity(score.raw)}{scale} × {quantity(1.0 - score.btc_penalty)} BTC/ETH × "
            f"{quantity(score.macro_score_factor)} macro, within 0…100"
        ),
        (
            f"  = score {quantity(score.score)} {comparison} minimum {quantity(score.minimum)} "
            f"({quantity(score.market_minimum)} × {quantity(score.minimum_factor)} macro)"
        ),
    ]
    return lines


def _layer(line: LayerLine) -> tuple[str, ...]:
    points = "n/a" if line.not_available else signed(line.points)
    if line.weight != 1.0:
        points += f" (weight {quantity(line.weight)})"
    inputs = ", ".join(f"{name} {quantity(value)}" for name, value in line.inputs)
    rule = rule_of(line.formula)
    return str(line.number), line.name, points, inputs, f"[{line.note}] {rule}" if line.note else rule


def rule_of(formula: str) -> str:
    """The rule of a formula without its comments: the first paragraph, and from the others what gives points (→)."""
    first, *others = formula.split("\n\n")
    sentences = [sentence for other in others for sentence in other.split(". ") if "→" in sentence]
    return " ".join([first, *(f"{sentence.rstrip('.')}." for sentence in sentences)])


def _timeframes(lines: TimeframeLines) -> list[str]:
    columns = (
        Column(""),
        Column("to EMA10 %", right=True),
        Column("3 candles %", right=True),
        Column("trend"),
        Column("points"),
    )
    rows = [
        (
            line.name,
            signed(_short(line.ema_gap)),
            signed(_short(line.change)),
            code_name(line.trend),
            signed(line.points),
        )
        for line in lines.timeframes
    ]
    rows.append(
        ("20 × 4h", "", signed(_short(lines.strong_trend_change)), "", signed(lines.strong_trend_points))
    )
    return [
        *table(columns, rows),
        (
            f"  total {signed(lines.total)} (veto at {quantity(lines.veto_at)}), {lines.aligned} of 3 with the side, "
            f"size × {quantity(lines.timeframe_size_factor)} × {quantity(lines.strong_trend_size_factor)} strong trend"
        ),
    ]


def _short(value: float) -> float:
    return round(value, 3)


def _market(lines: MarketFilterLines) -> list[str]:
    rows = [
        ("veto", lines.veto_text),
        (
            "adjustment",
            f"{lines.adjustment_text} (penalty {quantity(lines.penalty)}, bonus {quantity(lines.bonus)})",
        ),
        ("after a flash move", f"size × {quantity(lines.flash_size_factor)}"),
        (
            "macro regime",
            (
                f"score × {quantity(lines.macro_score_factor)}, size × {quantity(lines.macro_size_factor)}, "
                f"minimum × {quantity(lines.minimum_factor)}"
            ),
        ),
    ]
    return table(_TWO, rows)


def _leverage(lines: LeverageLines) -> list[str]:
    spread = f"spread {quantity(lines.spread_pct)} %"
    if lines.spread_estimated:
        spread += (
            f", estimated from tick {quantity(lines.tick_size)}, price {quantity(lines.price)} and "
            f"{quantity(lines.quote_volume_24h)} USDT in 24 h"
        )
    rows = [
        ("base by spread", quantity(lines.base_spread), spread),
        ("price", f"× {quantity(lines.price_factor)}", f"price {quantity(lines.price)}"),
        ("volatility", f"× {quantity(lines.volatility_factor)}", f"ATR of 1h {quantity(lines.atr_1h_pct)} %"),
        ("timeframes", f"× {quantity(lines.mtf_mult)}", f"{lines.aligned} of 3 with the side"),
        ("balance", "at entry", "by the account's drawdown"),
        ("product", f"= {quantity(lines.product)}", f"rounded and clamped {quantity(lines.rounded)}"),
        *(
            (
                f"cap: {cap.cap.value}",
                f"≤ {quantity(cap.allowed)}",
                "BINDS" if cap.cap is lines.bound_by else "",
            )
            for cap in lines.caps
        ),
        ("cap: liquidation safety", "at entry", "by the size of the position"),
        ("leverage", f"= {quantity(lines.leverage)}", lines.remark),
    ]
    return table((Column(), Column(), Column()), rows)


def _entry(lines: EntryLines) -> list[str]:
    if lines.with_the_trend:
        pullback = "none: runs with a strong trend"
    else:
        pullback = (
            f"pullback {quantity(_short(lines.pullback_pct))} % = {quantity(_short(lines.pullback_by_atr_pct))} ATR + "
            f"{quantity(_short(lines.pullback_by_spread_pct))} spread"
        )
    return table(
        _TWO,
        [
            (
                "limit price",
                f"{quantity(lines.entry_price)} from the close {quantity(lines.close)}, {pullback}",
            )
        ],
    )


def _levels(lines: LevelLines) -> list[str]:
    rows = [
        ("stop", f"{quantity(lines.stop_price)}, {quantity(_short(lines.stop_distance_pct))} % away"),
        ("target", f"{quantity(lines.target_price)}, {quantity(_short(lines.target_distance_pct))} % away"),
        (
            "trail",
            (
                f"from {quantity(_short(lines.trail_activation_pct))} % profit "
                f"({quantity(_short(lines.trail_activation_atr))} ATR) or ROI {quantity(lines.roi_activation_pct)} %, keeps "
                f"{quantity(_short(lines.trail_distance_pct))} % ({quantity(_short(lines.trail_distance_atr))} ATR)"
            ),
        ),
        ("volatility", lines.volatility or "n/a"),
    ]
    return table(_TWO, rows)


def _size(lines: SizeLines) -> list[str]:
    factors = (
        (lines.by_score, "score"),
        (lines.by_timeframes, "timeframes"),
        (lines.by_strong_trend, "strong trend"),
        (lines.by_flash, "flash move"),
        (lines.by_penalty, "BTC/ETH penalty"),
        (lines.by_bonus, "BTC bonus"),
        (lines.by_macro, "macro"),
        (1.0 + lines.boost, "volume profile"),
    )
    product = " × ".join(f"{quantity(_short(value))} {name}" for value, name in factors)
    return [f"  {product} = {quantity(_short(lines.size_factor))}"]
