"""The table of routes: handler and request weight of each path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from companion.replay.exchange import Exchange
from companion.replay.rest import candles, funding, general, open_interest, tickers, trades
from companion.replay.rest.parameters import Parameters
from companion.replay.rules import Json

Handler: TypeAlias = Callable[[Exchange, Parameters, int], Json]
Weight: TypeAlias = Callable[[Parameters], int]


@dataclass(frozen=True, slots=True)
class Route:
    """A public GET route."""

    handler: Handler
    weight: Weight


def _fixed(weight: int) -> Weight:
    return lambda _query: weight


def _by_symbol(one: int, every: int) -> Weight:
    return lambda query: one if query.has("symbol") else every


def _by_limit(default: int, *steps: tuple[int, int]) -> Weight:
    """Steps of (largest limit, weight); a limit that is not a number costs the same as the default."""

    def weight(query: Parameters) -> int:
        limit = query.plain_limit(default)
        return next((cost for most, cost in steps if limit <= most), steps[-1][1])

    return weight


_KLINES = _by_limit(candles.DEFAULT_LIMIT, (99, 1), (499, 2), (1000, 5), (candles.MOST, 10))
_DEPTH = _by_limit(trades.DEFAULT_DEPTH, (50, 2), (100, 5), (500, 10), (1000, 20))

ROUTES: dict[str, Route] = {
    "v1/ping": Route(general.ping, _fixed(1)),
    "v1/time": Route(general.server_time, _fixed(1)),
    "v1/exchangeInfo": Route(general.exchange_info, _fixed(1)),
    "v1/klines": Route(candles.klines, _KLINES),
    "v1/continuousKlines": Route(candles.continuous_klines, _KLINES),
    "v1/markPriceKlines": Route(candles.mark_price_klines, _KLINES),
    "v1/indexPriceKlines": Route(candles.index_price_klines, _KLINES),
    "v1/premiumIndexKlines": Route(candles.premium_index_klines, _KLINES),
    "v1/fundingRate": Route(funding.funding_rate, _fixed(1)),
    "v1/fundingInfo": Route(funding.funding_info, _fixed(1)),
    "v1/premiumIndex": Route(funding.premium_index, _by_symbol(1, 10)),
    "v1/ticker/24hr": Route(tickers.ticker_24h, _by_symbol(1, 40)),
    "v1/ticker/price": Route(tickers.ticker_price, _by_symbol(1, 2)),
    "v2/ticker/price": Route(tickers.ticker_price, _by_symbol(1, 2)),
    "v1/ticker/bookTicker": Route(tickers.book_ticker, _by_symbol(2, 5)),
    "v1/openInterest": Route(open_interest.open_interest, _fixed(1)),
    "v1/depth": Route(trades.depth, _DEPTH),
    "v1/rpiDepth": Route(trades.rpi_depth, _fixed(20)),
    "v1/aggTrades": Route(trades.agg_trades, _fixed(20)),
    "v1/trades": Route(trades.recent_trades, _fixed(5)),
}

# Below /futures/data: counted by requests, not by weight.
DATA_ROUTES: dict[str, Route] = {
    "openInterestHist": Route(open_interest.open_interest_history, _fixed(1)),
}

# Signed or keyed routes (any version, any method): refused, because this exchange has no accounts.
PRIVATE = frozenset(
    {
        "account", "accountConfig", "adlQuantile", "algoOrder", "algoOpenOrders", "allAlgoOrders",
        "allOpenOrders", "allOrders", "apiTradingStatus", "balance", "batchOrders",
        "commissionRate", "countdownCancelAll", "feeBurn", "forceOrders", "historicalTrades",
        "income", "leverage", "leverageBracket", "listenKey", "marginType", "multiAssetsMargin",
        "openAlgoOrders", "openOrder", "openOrders", "order", "order/test", "orderAmendment",
        "positionMargin", "positionMargin/history", "positionRisk", "positionSide/dual",
        "rateLimit/order", "symbolConfig", "userTrades",
    }
)  # fmt: skip
