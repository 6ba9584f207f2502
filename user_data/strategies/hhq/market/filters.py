"""Market filters: what BTC, ETH and the macro regime do to candidates (docs/signal.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from hhq.arrays import BoolArray, CodeArray, FloatArray
from hhq.language import Text
from hhq.market.values import MarketValues
from hhq.regime import MacroRegime
from hhq.settings.market import FlashSettings, MacroSettings, MarketSettings
from hhq.steps import first_that_holds


class MarketReason(IntEnum):
    """Why a market filter stopped a candidate or changed its score or size, in the order of evaluation."""

    NONE = 0
    NOT_AVAILABLE = 1
    FLASH_CRASH = 2
    FLASH_PUMP = 3
    ETH_FLASH = 4
    BTC_DAILY_AND_SHORT_TERM = 5
    BTC_DAILY_STRONG = 6
    BTC_SHORT_TERM_STRONG = 7
    MACRO_DOWN = 8
    BTC_DAILY_AGAINST = 9
    ETH_STRONG_AGAINST = 10
    BTC_SHORT_TERM_AGAINST = 11
    BTC_ALIGNED = 12


EXPLANATIONS: dict[MarketReason, Text] = {
    MarketReason.NONE: Text("no market filter applies", "hiçbir piyasa filtresi uygulanmıyor"),
    MarketReason.NOT_AVAILABLE: Text("candles of BTC or ETH are missing", "BTC ya da ETH mumları eksik"),
    MarketReason.FLASH_CRASH: Text(
        "BTC crashes or crashed minutes ago: no LONG", "BTC çöküyor ya da birkaç dakika önce çöktü: LONG yok"
    ),
    MarketReason.FLASH_PUMP: Text(
        "BTC jumps or jumped minutes ago: no SHORT",
        "BTC sıçrıyor ya da birkaç dakika önce sıçradı: SHORT yok",
    ),
    MarketReason.ETH_FLASH: Text("ETH crashes: no LONG", "ETH çöküyor: LONG yok"),
    MarketReason.BTC_DAILY_AND_SHORT_TERM: Text(
        "BTC's daily and short-term trends are against the side",
        "BTC'nin günlük ve kısa vadeli trendleri yönün aleyhine",
    ),
    MarketReason.BTC_DAILY_STRONG: Text(
        "BTC's daily trend is strongly against the side", "BTC'nin günlük trendi güçlü biçimde yönün aleyhine"
    ),
    MarketReason.BTC_SHORT_TERM_STRONG: Text(
        "BTC's short-term trend is strongly against the side",
        "BTC'nin kısa vadeli trendi güçlü biçimde yönün aleyhine",
    ),
    MarketReason.MACRO_DOWN: Text(
        "the market as a whole trends down: no LONG", "piyasanın tamamı düşüş trendinde: LONG yok"
    ),
    MarketReason.BTC_DAILY_AGAINST: Text(
        "BTC's daily trend is against the side", "BTC'nin günlük trendi yönün aleyhine"
    ),
    MarketReason.ETH_STRONG_AGAINST: Text(
        "ETH's trend is strongly against the side while BTC's is not",
        "ETH'nin trendi güçlü biçimde yönün aleyhine, BTC'ninki değil",
    ),
    MarketReason.BTC_SHORT_TERM_AGAINST: Text(
        "BTC's short-term trend is against the side", "BTC'nin kısa vadeli trendi yönün aleyhine"
    ),
    MarketReason.BTC_ALIGNED: Text(
        "BTC's short-term trend is with the side", "BTC'nin kısa vadeli trendi yönle aynı"
    ),
}

Rules = Sequence[tuple[BoolArray, MarketReason]]


@dataclass(frozen=True, slots=True)
class MarketDecision:
    """What the market filters say about k candidates; every array has shape (k,).

    ``not_available`` (gate MARKET_NA): an input of a filter for this coin is n/a, so there is no veto and every
    factor is NaN. ``veto`` (gate BTC_VETO) and ``macro_veto`` (gate MACRO_VETO). ``veto_reason``: the first
    reason that stops the candidate; ``adjustment``: the reason of its penalty or bonus (both int8 MarketReason).
    ``penalty``: fraction of score and size that is taken off; ``bonus``: fraction of size that is added; never
    both. ``flash_size_factor``: on the size, after a flash move. ``macro_score_factor``, ``macro_size_factor``:
    of the macro regime. ``minimum_factor``: on the minimum score (the product is rounded down). A vetoed
    candidate keeps the penalty and the factors that it would have had.
    """

    not_available: BoolArray
    veto: BoolArray
    macro_veto: BoolArray
    veto_reason: CodeArray
    adjustment: CodeArray
    penalty: FloatArray
    bonus: FloatArray
    flash_size_factor: FloatArray
    macro_score_factor: FloatArray
    macro_size_factor: FloatArray
    minimum_factor: FloatArray

    @property
    def size_factor(self) -> FloatArray:
        """Factor on the size: flash aftermath, penalty and bonus; the macro regime's factor comes on top."""
        return self.flash_size_factor * (1.0 - self.penalty) * (1.0 + self.bonus)


def market_filter(
    side: FloatArray, is_btc: BoolArray, is_eth: BoolArray, market: MarketValues, settings: MarketSettings
) -> MarketDecision:
    """Apply every market filter to k candidates.

    ``side`` float64 (k,): +1 LONG, −1 SHORT; ``is_btc``, ``is_eth`` bool (k,): the candidate is BTC or ETH
    itself; ``market``: the market at each candidate's candle, k entries.

    Order: hard vetoes (flash move, daily and short-term both against, daily STRONG against, short-term STRONG
    against, then the macro regime); else the largest penalty; a bonus only where there is no penalty. How the
    rules are read:

    - BTC is exempt from every rule about BTC (bonus and flash aftermath included), ETH from every rule about ETH
      (its penalty and its flash crash). No coin is exempt from the macro regime, which is about the whole
      market.
    - "ETH strong against while BTC is not": BTC's short-term trend is not STRONG against the side. A plain
      BTC trend against the side leaves ETH's 0.3 in place; the largest penalty wins.
    - A coin needs only what its own filters read: BTC needs ETH and the macro regime, ETH needs BTC, all others
      need everything.
    - Vetoes, penalties and the bonus are mirrored; the ETH flash crash, which blocks LONG only, and the macro
      regime, which is harder on LONG, are not.
    """
    for_btc_rules, for_eth_rules = ~is_btc, ~is_eth
    known = (market.btc_known() | is_btc) & (market.eth_known() | is_eth) & market.macro_known()
    vetoes = _vetoes(side, for_btc_rules, for_eth_rules, market, settings)
    veto = first_that_holds(vetoes, MarketReason.NONE, np.int8)
    macro_down = (market.macro == MacroRegime.TRENDING_DOWN) & settings.macro.down_long_veto
    macro_veto = known & (side > 0) & macro_down
    reason = np.where(veto == MarketReason.NONE, np.where(macro_veto, MarketReason.MACRO_DOWN, veto), veto)
    penalty, bonus, adjustment = _adjustments(side, for_btc_rules, for_eth_rules, market, settings)
    score, size, minimum = _macro_factors(side, market.macro, settings.macro)
    flash = np.where(for_btc_rules, _after_flash(side, market, settings.flash), 1.0)
    return MarketDecision(
        not_available=~known,
        veto=known & (veto != MarketReason.NONE),
        macro_veto=macro_veto,
        veto_reason=np.where(known, reason, MarketReason.NOT_AVAILABLE).astype(np.int8),
        adjustment=np.where(known, adjustment, MarketReason.NONE).astype(np.int8),
        penalty=np.where(known, penalty, np.nan),
        bonus=np.where(known, bonus, np.nan),
        flash_size_factor=np.where(known, flash, np.nan),
        macro_score_factor=np.where(known, score, np.nan),
        macro_size_factor=np.where(known, size, np.nan),
        minimum_factor=np.where(known, minimum, np.nan),
    )


def _vetoes(
    side: FloatArray,
    btc_rules: BoolArray,
    eth_rules: BoolArray,
    market: MarketValues,
    settings: MarketSettings,
) -> Rules:
    """Return the hard vetoes in order."""
    block = settings.flash.block_minutes
    crash = (market.flash_crash == 1.0) | (market.minutes_since_crash < block)
    pump = (market.flash_pump == 1.0) | (market.minutes_since_pump < block)
    daily, short = market.btc_daily * side, market.btc_short_term * side
    return (
        (btc_rules & (side > 0) & crash, MarketReason.FLASH_CRASH),
        (btc_rules & (side < 0) & pump, MarketReason.FLASH_PUMP),
        (eth_rules & (side > 0) & (market.eth_flash == 1.0), MarketReason.ETH_FLASH),
        (btc_rules & (daily < 0) & (short < 0), MarketReason.BTC_DAILY_AND_SHORT_TERM),
        (btc_rules & (daily <= -2), MarketReason.BTC_DAILY_STRONG),
        (btc_rules & (short <= -2), MarketReason.BTC_SHORT_TERM_STRONG),
    )


def _adjustments(
    side: FloatArray,
    btc_rules: BoolArray,
    eth_rules: BoolArray,
    market: MarketValues,
    settings: MarketSettings,
) -> tuple[FloatArray, FloatArray, CodeArray]:
    """Return penalty, bonus and their reason: the largest penalty wins, and a bonus never displaces a penalty."""
    daily, short, eth = (
        trend * side for trend in (market.btc_daily, market.btc_short_term, market.eth_trend)
    )
    rules = (
        (btc_rules & (daily < 0), settings.btc.daily_against_penalty, MarketReason.BTC_DAILY_AGAINST),
        (
            eth_rules & (eth <= -2) & ~(short <= -2),
            settings.eth.strong_against_penalty,
            MarketReason.ETH_STRONG_AGAINST,
        ),
        (
            btc_rules & (short < 0),
            settings.btc.short_term_against_penalty,
            MarketReason.BTC_SHORT_TERM_AGAINST,
        ),
    )
    amounts = np.stack([np.where(mask, amount, 0.0) for mask, amount, _ in rules])
    # Among equal penalties, the first one gives the reason.
    largest = np.argmax(amounts, axis=0)
    penalty = amounts.max(axis=0)
    against = np.logical_or.reduce([mask for mask, _, _ in rules])
    aligned = btc_rules & (short > 0) & (daily >= 0) & ~against
    reasons = np.array([reason for _, _, reason in rules], dtype=np.int8)[largest]
    adjustment = first_that_holds(
        ((penalty > 0.0, reasons), (aligned, MarketReason.BTC_ALIGNED)), MarketReason.NONE, np.int8
    )
    bonus = np.where(aligned, settings.btc.aligned_bonus, 0.0)
    return penalty, bonus, adjustment


def _after_flash(side: FloatArray, market: MarketValues, settings: FlashSettings) -> FloatArray:
    """Return the size factor after a flash move: a crash for LONG, a pump for SHORT.

    Half-open intervals of minutes since its end: [0, 10) is blocked, [10, 20) × 0.5, [20, 30) × 0.75.
    """
    minutes = np.where(side > 0, market.minutes_since_crash, market.minutes_since_pump)
    first_until = settings.block_minutes + settings.first_minutes
    second_until = first_until + settings.second_minutes
    rules = (
        (minutes < settings.block_minutes, 1.0),
        (minutes < first_until, settings.first_size_factor),
        (minutes < second_until, settings.second_size_factor),
    )
    return first_that_holds(rules, 1.0, np.float64)


def _macro_factors(
    side: FloatArray, macro: CodeArray, settings: MacroSettings
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the macro regime's factors on score, size and minimum score."""
    up, down = macro == MacroRegime.TRENDING_UP, macro == MacroRegime.TRENDING_DOWN
    score = np.where(up & (side < 0), 1.0 - settings.up_short_penalty, 1.0)
    sizes = (
        (up & (side > 0), settings.up_long_size_factor),
        (down & (side < 0), settings.down_short_size_factor),
    )
    size = first_that_holds(sizes, 1.0, np.float64)
    minimum = np.where(macro == MacroRegime.VOLATILE, settings.volatile_minimum_factor, 1.0)
    return score, size, minimum
