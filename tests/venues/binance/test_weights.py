"""What requests weigh, and what an answer's status and headers mean."""

from __future__ import annotations

import pytest

from companion.settings.exchange import SMALLEST_BUDGET
from companion.venues.binance.requests import BinanceRequests
from companion.venues.binance.weights import CHEAPEST_CANDLES, report_of, weight_of_candles
from companion.venues.request_weight import WeightReport


@pytest.mark.parametrize(
    ("limit", "weight"),
    [(1, 1), (99, 1), (100, 2), (499, 2), (500, 5), (1000, 5), (1001, 10), (1500, 10)],
)
def test_candles_weigh_by_the_limit_of_their_request(limit: int, weight: int) -> None:
    assert weight_of_candles(limit) == weight


def test_no_other_limit_is_cheaper_by_the_candle() -> None:
    cheapest = min(range(1, 1501), key=lambda limit: weight_of_candles(limit) / limit)
    assert cheapest == CHEAPEST_CANDLES


def test_every_request_fits_into_the_smallest_budget_that_settings_may_leave() -> None:
    requests = BinanceRequests(None)
    weights = [
        requests.time().weight,
        requests.listings().weight,
        requests.funding_intervals().weight,
        requests.tickers(None).weight,
        requests.ticker("AUSDT").weight,
        requests.settlements(0).weight,
        requests.candles("AUSDT", 0, 1500).weight,
    ]
    assert weights == [1, 1, 1, 40, 1, 1, 10]
    assert max(weights) <= SMALLEST_BUDGET


def test_an_answer_says_how_much_weight_the_address_has_used() -> None:
    assert report_of(200, {"X-MBX-USED-WEIGHT-1M": "117"}) == WeightReport(200, 117)
    assert report_of(200, {}) == WeightReport(200)
    for nonsense in ("", "x", "-1", "nan", "inf"):
        assert report_of(200, {"x-mbx-used-weight-1m": nonsense}) == WeightReport(200)


@pytest.mark.parametrize(("status", "unsaid"), [(429, 60.0), (418, 120.0)])
def test_a_refusal_says_how_long_nothing_may_be_sent(status: int, unsaid: float) -> None:
    assert report_of(status, {"Retry-After": "7"}) == WeightReport(status, None, 7.0)
    for nonsense in ("", "x", "-1", "nan"):
        assert report_of(status, {"retry-after": nonsense}) == WeightReport(status, None, unsaid)


@pytest.mark.parametrize("status", [200, 400, 403, 500, 503])
def test_no_other_answer_asks_for_a_wait(status: int) -> None:
    assert report_of(status, {"Retry-After": "7"}) == WeightReport(status)
