"""Parts of a position in Freqtrade's own trade: what the exit engine closes adds up, in coins and to the last cent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from freqtrade.enums import TradingMode
from freqtrade.exchange import amount_to_contract_precision
from freqtrade.persistence import LocalTrade, Order
from freqtrade.persistence.usedb_context import FtNoDBContext

from hhq.arrays import FloatArray
from hhq.exits.levels import FillMarket, levels_at_fill
from hhq.exits.parameters import exit_parameters
from hhq.exits.position import Fill, open_position
from hhq.exits.slots import StateSlot as S
from hhq.exits.step import Candle, settle_reduction, step_candle
from hhq.settings.base import parse
from hhq.settings.exits import ExitSettings
from hhq.settings.levels import LevelSettings
from hhq_freqtrade.position.fills import remaining_share

PATHS = 10_000
TICK_SIZE = 4
BEGIN = datetime(2025, 3, 1, tzinfo=UTC)
FEE = 0.0005
SETTINGS = parse(ExitSettings, {"partial_take_profit": {"enabled": True}, "candle_seconds": 1800.0})
PARAMETERS = exit_parameters(SETTINGS, LevelSettings(), confirm_stops=False)


@pytest.fixture(autouse=True)
def _without_a_database() -> Iterator[None]:
    with FtNoDBContext():
        yield


class Held:
    """A position as the engine and as Freqtrade's trade hold it."""

    def __init__(self, random: np.random.Generator) -> None:
        self.price = float(10.0 ** random.uniform(-3.0, 4.5))
        self.side = float(random.choice([1.0, -1.0]))
        self.step = float(10.0 ** random.integers(-3, 1))
        leverage = float(random.integers(1, 20))
        amount = max(round(float(random.uniform(20.0, 3000.0)) / self.price / self.step), 20) * self.step
        market = FillMarket(self.price * 0.02, 2.0, 0.5, 0.5, 1.0)
        fill = Fill(self.price, self.side, leverage, BEGIN.timestamp(), FEE * 200.0, np.nan, cross=False)
        levels = levels_at_fill(market, self.price, self.side, LevelSettings())
        self.state: FloatArray = open_position(fill, levels, market, SETTINGS, PARAMETERS)
        self.trade = LocalTrade(
            id=1, pair="X/USDT:USDT", exchange="binance", is_open=True, is_short=self.side < 0.0,
            leverage=leverage, stake_amount=amount * self.price / leverage, amount=amount, open_rate=self.price,
            open_date=BEGIN, fee_open=FEE, fee_close=FEE, trading_mode=TradingMode.FUTURES,
            amount_precision=self.step, precision_mode=TICK_SIZE, contract_size=1.0, orders=[],
        )  # fmt: skip
        self.order(amount, self.price, BEGIN, self.trade.entry_side, "")
        self.trade.recalc_trade_from_orders()

    def order(self, amount: float, price: float, at: datetime, side: str, code: str) -> None:
        number = str(len(self.trade.orders))
        order = Order(
            ft_order_side=side, ft_pair=self.trade.pair, ft_is_open=False, ft_amount=amount, ft_price=price,
            order_id=number, status="closed", symbol=self.trade.pair, order_type="market", side=side, price=price,
            average=price, amount=amount, filled=amount, remaining=0.0, cost=amount * price, order_date=at,
            order_filled_date=at, ft_order_tag=code,
        )  # fmt: skip
        order._trade_bt = self.trade
        self.trade.orders.append(order)

    def reduce(self, share_of_original: float, price: float, at: datetime, code: str) -> None:
        """Close a part as the strategy does: its share of what is open, cut to the exchange's step."""
        before = float(self.state[S.REMAINING]) + share_of_original
        amount = amount_to_contract_precision(
            self.trade.amount * share_of_original / before, self.step, TICK_SIZE, 1.0
        )
        if amount > 0.0:
            self.order(amount, price, at, self.trade.exit_side, code)
            self.trade.recalc_trade_from_orders()
        self.state = settle_reduction(self.state, before - share_of_original - remaining_share(self.trade))

    def close(self, price: float, at: datetime, code: str) -> None:
        self.order(self.trade.amount, price, at, self.trade.exit_side, code)
        self.trade.close_date = at
        self.trade.close(price, show_msg=False)


def live(held: Held, random: np.random.Generator) -> list[str]:
    """Candles until the engine closes the position; returns the codes of what it closed."""
    codes: list[str] = []
    opened = held.price
    for number in range(1, 120):
        at = BEGIN + timedelta(seconds=1800.0 * number)
        close = max(opened * (1.0 + float(random.normal(0.0, 0.004))), held.price * 0.3)
        high = max(opened, close) * (1.0 + float(random.exponential(0.002)))
        low = min(opened, close) * (1.0 - float(random.exponential(0.002)))
        step = step_candle(held.state, Candle(at.timestamp(), opened, high, low, close), PARAMETERS)
        held.state = step.state
        for decision in (step.at_open, step.inside):
            if decision.reason is None:
                continue
            codes.append(decision.reason.name)
            if held.state[S.CLOSE_CODE] > 0.0:
                held.close(decision.price, at, decision.reason.name)
                return codes
            held.reduce(decision.fraction, decision.price, at, decision.reason.name)
        opened = close
    held.close(opened, BEGIN + timedelta(days=4), "END")
    return [*codes, "END"]


def net_profit(trade: LocalTrade) -> Decimal:
    """Order by order: what was received less what was paid, with the fees of both deducted."""
    total = Decimal(0)
    for order in trade.orders:
        value = Decimal(str(order.safe_filled)) * Decimal(str(order.safe_price))
        sells = order.side == "sell"
        total += (value if sells else -value) - value * Decimal(str(FEE))
    return total


def test_ten_thousand_positions_closed_in_parts_add_up_to_the_last_cent() -> None:
    random = np.random.default_rng(11)
    parts: Counter[int] = Counter()
    for number in range(PATHS):
        held = Held(random)
        codes = live(held, random)
        trade = held.trade
        assert not trade.is_open
        coins = sum(order.safe_filled for order in trade.orders if order.ft_order_side == trade.exit_side)
        assert coins == pytest.approx(trade.orders[0].safe_filled, rel=1e-9), f"path {number}: {codes}"
        difference = abs(Decimal(str(trade.close_profit_abs)) - net_profit(trade))
        assert difference < Decimal("0.005"), f"path {number}: {difference} USDT after {codes}"
        parts[len(trade.orders) - 1] += 1
    assert sum(count for exits, count in parts.items() if exits > 2) > PATHS // 20, parts
