"""Liquidation prices against Freqtrade's own function, on the leverage tiers that come with it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from freqtrade.enums import RunMode
from freqtrade.exchange.binance import Binance
from hypothesis import assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hhq.liquidation import Bracket, LeverageTiers, liquidation_distance_pct, liquidation_price
from tests.hhq.published_tiers import published_tiers

no_deadline = hypothesis_settings(deadline=None)

PUBLISHED = published_tiers()
SYMBOLS = sorted(PUBLISHED)


def tiers_of(symbol: str) -> LeverageTiers:
    return LeverageTiers.of(PUBLISHED[symbol])


@pytest.fixture(scope="module")
def exchange() -> Iterator[Binance]:
    config = {
        "dry_run": True,
        "runmode": RunMode.BACKTEST,
        "trading_mode": "futures",
        "margin_mode": "isolated",
        "stake_currency": "USDT",
        "exchange": {"name": "binance", "pair_whitelist": [], "enable_ws": False},
    }
    binance = Binance(config, validate=False, load_leverage_tiers=False)
    published = binance.load_leverage_tiers()
    parsed = {pair: [binance.parse_leverage_tier(row) for row in rows] for pair, rows in published.items()}
    binance._leverage_tiers = parsed
    yield binance
    binance.close()


def ours(
    symbol: str, price: float, side: int, margin: float, leverage: float, buffer: float, tier_of: float
) -> float:
    tiers = tiers_of(symbol)
    row = tiers.row(tier_of)
    return float(
        liquidation_price(
            entry_price=price,
            side=side,
            amount=margin * leverage / price,
            margin=margin,
            maintenance_rate=tiers.maintenance_rate[row],
            maintenance_amount=tiers.maintenance_amount[row],
            liquidation_buffer=buffer,
        )
    )


def freqtrades(
    exchange: Binance, symbol: str, price: float, side: int, margin: float, leverage: float
) -> float:
    found = exchange.get_liquidation_price(
        symbol, price, side < 0, margin * leverage / price, margin, leverage, margin
    )
    assert found is not None
    return float(found)


@no_deadline
@given(
    symbol=st.sampled_from(SYMBOLS),
    price=st.floats(1e-6, 2e5),
    side=st.sampled_from([1, -1]),
    margin=st.floats(1.0, 5e6),
    leverage=st.integers(1, 125),
)
def test_without_fees_the_price_is_freqtrades_own(
    exchange: Binance, symbol: str, price: float, side: int, margin: float, leverage: int
) -> None:
    theirs = freqtrades(exchange, symbol, price, side, margin, leverage)
    # Freqtrade looks the bracket up by the margin.
    assert ours(symbol, price, side, margin, leverage, exchange.liquidation_buffer, margin) == pytest.approx(
        theirs, rel=1e-9, abs=1e-9 * price
    )


@no_deadline
@given(
    symbol=st.sampled_from(SYMBOLS),
    side=st.sampled_from([1, -1]),
    margin=st.floats(1.0, 5e6),
    leverage=st.integers(1, 125),
)
def test_the_bracket_of_the_notional_never_liquidates_later_than_freqtrade_expects(
    exchange: Binance, symbol: str, side: int, margin: float, leverage: int
) -> None:
    theirs = freqtrades(exchange, symbol, 100.0, side, margin, leverage)
    # The exchange reads the bracket from the current notional: a LONG that has fallen into a lower bracket on its
    # way (low leverage only) is not what the bracket of its entry describes.
    bracket = tiers_of(symbol)
    assume(margin * leverage * theirs / 100.0 >= bracket.minimum_notional[bracket.row(margin * leverage)])
    nearer = ours(symbol, 100.0, side, margin, leverage, exchange.liquidation_buffer, margin * leverage)
    assert side * (nearer - theirs) >= -1e-9 * 100.0


@no_deadline
@given(
    side=st.sampled_from([1, -1]),
    leverage=st.floats(1.0, 125.0),
    rate=st.floats(0.0, 0.3),
    fee=st.floats(0.0, 0.002),
    margin=st.floats(1.0, 1e6),
)
def test_at_the_liquidation_price_the_margin_that_is_left_is_the_maintenance_and_the_closing_fee(
    side: int, leverage: float, rate: float, fee: float, margin: float
) -> None:
    amount = margin * leverage / 50.0
    price = float(
        liquidation_price(
            entry_price=50.0,
            side=side,
            amount=amount,
            margin=margin,
            maintenance_rate=rate,
            maintenance_amount=0.0,
            taker_fee=fee,
        )
    )
    left = margin - amount * 50.0 * fee + side * amount * (price - 50.0)
    due = amount * price * (rate + fee)
    if price > 0.0:
        assert left == pytest.approx(due, abs=1e-9 * margin * leverage)
    else:
        assert left >= due


def test_fees_and_the_buffer_bring_the_liquidation_nearer() -> None:
    plain = {"entry_price": 100.0, "side": 1, "amount": 10.0, "margin": 100.0}
    tier = {"maintenance_rate": 0.01, "maintenance_amount": 0.0}
    bare = float(liquidation_price(**plain, **tier))
    with_fees = float(liquidation_price(**plain, **tier, taker_fee=0.0005))
    with_both = float(liquidation_price(**plain, **tier, taker_fee=0.0005, liquidation_buffer=0.05))
    assert bare == pytest.approx(900 / 9.9)
    assert bare < with_fees < with_both < 100.0
    assert float(liquidation_distance_pct(100.0, 1, with_both)) == pytest.approx(0.95 * (100 - with_fees))


def test_an_unlevered_long_has_no_liquidation_above_zero() -> None:
    price = liquidation_price(
        entry_price=100.0, side=1, amount=1.0, margin=120.0, maintenance_rate=0.01, maintenance_amount=0.0
    )
    assert float(price) == 0.0
    assert float(liquidation_distance_pct(100.0, 1, price)) == 100.0


@pytest.mark.parametrize("notional, row", [(0.0, 0), (4999.0, 0), (5000.0, 1), (9999.0, 1), (1e12, 2)])
def test_a_boundary_belongs_to_the_stricter_bracket(notional: float, row: int) -> None:
    tiers = LeverageTiers.of(
        [
            Bracket(0, 5000, 50, 0.01, 0),
            Bracket(5000, 10000, 25, 0.02, 50),
            Bracket(10000, None, 10, 0.05, None),
        ]
    )
    assert int(tiers.row(notional)) == row
    assert tiers.largest_notional == math.inf
    assert math.isnan(tiers.maintenance_amount[-1])


@pytest.mark.parametrize(
    "brackets",
    [[], [Bracket(5, 10, 50, 0.01, 0)], [Bracket(0, 10, 50, 0.01, 0), Bracket(0, 20, 20, 0.02, 0)]],
)
def test_tiers_that_do_not_cover_every_notional_are_refused(brackets: list[Bracket]) -> None:
    with pytest.raises(ValueError, match="tiers"):
        LeverageTiers.of(brackets)


def test_columns_of_different_lengths_are_refused() -> None:
    zero, two = np.zeros(1), np.zeros(2)
    with pytest.raises(ValueError, match="one entry for each bracket"):
        LeverageTiers(zero, zero, two, zero, zero)
