"""An explanation as a frozen tree of plain values: numbers (NaN = n/a), codes and short texts, told in one language."""

from __future__ import annotations

from dataclasses import dataclass

from hhq.explain.gate_step import GateStep
from hhq.features.catalogue import Feature
from hhq.gates import Gate
from hhq.leverage.position import LeverageCap
from hhq.market.filters import MarketReason
from hhq.market.values import Trend
from hhq.regime import MacroRegime, Regime


@dataclass(frozen=True, slots=True)
class FeatureLine:
    """One feature, NaN = n/a; ``meaning`` is the word for a code, "" for a plain number."""

    feature: Feature
    group: str
    value: float
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class ThresholdLines:
    """How the effective z threshold, the product of all factors, came about; ``zscore`` is compared with it.

    ``no_book_factor`` differs from 1 where the random regime has no order book to confirm the side.
    """

    setting: float
    hurst_factor: float
    volatility_factor: float
    no_book_factor: float
    threshold: float
    zscore: float


@dataclass(frozen=True, slots=True)
class LayerLine:
    """One layer: the values that it read, its points (0 where ``not_available``) and its rule in words.

    ``points`` include the layer's ``weight``. ``counted``: the points as they enter the raw sum, scaled by
    ``layer_scale``. ``inputs``: names and values.
    """

    number: int
    name: str
    inputs: tuple[tuple[str, float], ...]
    points: float
    counted: float
    weight: float
    not_available: bool
    note: str
    formula: str


@dataclass(frozen=True, slots=True)
class ScoreLines:
    """From points to the market score, and the minimum that it is compared with."""

    layers: tuple[LayerLine, ...]
    layer_scale: float
    raw: float
    btc_penalty: float
    macro_score_factor: float
    score: float
    market_minimum: float
    minimum_factor: float
    minimum: float


@dataclass(frozen=True, slots=True)
class TimeframeLine:
    """What one higher timeframe says: ``trend`` None = n/a; changes and gaps in %."""

    name: str
    ema_gap: float
    change: float
    trend: Trend | None
    points: float


@dataclass(frozen=True, slots=True)
class TimeframeLines:
    """The higher timeframes together."""

    timeframes: tuple[TimeframeLine, ...]
    strong_trend_change: float
    strong_trend_points: float
    total: float
    veto_at: float
    aligned: int
    timeframe_size_factor: float
    strong_trend_size_factor: float


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """Changes of BTC or ETH over rolling windows in %, and the trends that follow (None = n/a)."""

    name: str
    half_hour: float
    hour: float
    four_hours: float
    day: float
    short_term: Trend | None
    daily: Trend | None


@dataclass(frozen=True, slots=True)
class MarketState:
    """The market at the candle, the same for every coin. Flash moves: 1 on, 0 off; minutes since: inf = none."""

    btc: ChangeLine
    eth: ChangeLine
    flash_crash: float
    minutes_since_crash: float
    flash_pump: float
    minutes_since_pump: float
    eth_flash: float
    macro: MacroRegime


@dataclass(frozen=True, slots=True)
class MarketFilterLines:
    """What the market filters do to the side: reasons in words, fractions and factors."""

    veto_reason: MarketReason
    veto_text: str
    adjustment: MarketReason
    adjustment_text: str
    penalty: float
    bonus: float
    flash_size_factor: float
    macro_score_factor: float
    macro_size_factor: float
    minimum_factor: float


@dataclass(frozen=True, slots=True)
class CapLine:
    """A cap of the leverage and what it allows (NaN: unknown, in which case it does not bind here)."""

    cap: LeverageCap
    allowed: float


@dataclass(frozen=True, slots=True)
class LeverageLines:
    """Leverage factor by factor, then the caps; ``bound_by`` None: the factors decided. Leverage NaN = none."""

    spread_pct: float
    spread_estimated: bool
    tick_size: float
    price: float
    quote_volume_24h: float
    atr_1h_pct: float
    aligned: int
    base_spread: float
    price_factor: float
    volatility_factor: float
    mtf_mult: float
    product: float
    rounded: float
    caps: tuple[CapLine, ...]
    bound_by: LeverageCap | None
    leverage: float
    remark: str


@dataclass(frozen=True, slots=True)
class EntryLines:
    """The limit price; its parts in % of the close, with the entry tightness included. Their sum may be capped."""

    close: float
    pullback_by_atr_pct: float
    pullback_by_spread_pct: float
    pullback_pct: float
    with_the_trend: bool
    entry_price: float


@dataclass(frozen=True, slots=True)
class CostLines:
    """What a round trip is expected to cost, in % of the notional (funding NaN = no rate known), and its share of the
    ATR of 1h candles and of the stop's distance in %, with the limits of the hurdle.
    """

    fees_pct: float
    spread_pct: float
    funding_pct: float
    total_pct: float
    share_of_atr: float
    share_of_stop: float
    hurdle: bool
    largest_share_of_atr: float
    largest_share_of_stop: float


@dataclass(frozen=True, slots=True)
class LevelLines:
    """Stop, target and trail for a fill at the entry price; distances in % of it, multiples in ATR of 1h candles."""

    volatility: str
    stop_price: float
    stop_distance_pct: float
    target_price: float
    target_distance_pct: float
    trail_activation_pct: float
    trail_distance_pct: float
    trail_activation_atr: float
    trail_distance_atr: float
    roi_activation_pct: float


@dataclass(frozen=True, slots=True)
class SizeLines:
    """The size factor and the factors that it is the product of, the boost as 1 + boost."""

    by_score: float
    by_timeframes: float
    by_strong_trend: float
    by_flash: float
    by_penalty: float
    by_bonus: float
    by_macro: float
    boost: float
    size_factor: float


@dataclass(frozen=True, slots=True)
class CandidateLines:
    """Everything about a candle with a side."""

    side: int
    score: ScoreLines
    timeframes: TimeframeLines
    market: MarketFilterLines
    leverage: LeverageLines
    entry: EntryLines
    costs: CostLines
    levels: LevelLines
    size: SizeLines


@dataclass(frozen=True, slots=True)
class SideOutlook:
    """What a side would have needed, and the gates that would have met it whatever its points."""

    side: int
    needs: str
    steps: tuple[GateStep, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a coin-candle gave a signal or none.

    ``closed_at`` in ms UTC: the moment of the decision. ``side`` of the decision (0 none). ``candidate``: points,
    leverage and levels where there is a side, and also where only the quiet hours stopped one (``side`` is then 0).
    ``outlooks``: both sides, where the candle has none.
    """

    symbol: str
    closed_at: int
    gate: Gate
    reason: str
    side: int
    regime: Regime
    history: int
    features: tuple[FeatureLine, ...]
    threshold: ThresholdLines
    steps: tuple[GateStep, ...]
    market: MarketState
    candidate: CandidateLines | None
    outlooks: tuple[SideOutlook, ...]
