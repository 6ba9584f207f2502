"""Nothing is called an edge that is none, and one that is there is found (`make honesty` looks at 200 markets)."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from companion.offline.candles import load_panel
from companion.offline.data_folder import open_folder
from companion.replay.embedded import MarketSpecification, ensure_market
from hhq.evidence.interval import CONFIDENCE, mean_by_days
from tests.honesty.driftless import driftless
from tests.honesty.judged import judged, shares

MARKETS = 16


@pytest.mark.processes
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_driftless_markets_show_no_edge_and_a_planted_one_is_found(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    found = shares(judged(tmp_path_factory.mktemp("honesty"), range(1, MARKETS + 1)))
    assert found.null == 0.0, found.text()
    # Of 16 markets in which the net mean is 0, more than two edges come up in one of 150 such tests.
    assert found.of_the_costs <= 2 / MARKETS, found.text()
    assert found.found >= 0.6, found.text()


def test_a_driftless_market_keeps_sizes_and_turns_half_of_the_candles(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    data = open_folder(
        ensure_market(tmp_path_factory.mktemp("market"), MarketSpecification(coins=4, days=10))
    )
    panel = load_panel(data, data.pairs)
    turned = driftless(panel, np.random.default_rng(1))
    known = ~np.isnan(panel.close)
    assert (np.isnan(turned.close) == ~known).all()
    before, after = (np.log(each.close / each.open)[known] for each in (panel, turned))
    np.testing.assert_allclose(np.abs(after), np.abs(before), rtol=1e-6, atol=1e-12)
    moved = np.abs(before) > 1e-9
    assert 0.45 < np.mean(np.sign(after[moved]) != np.sign(before[moved])) < 0.55
    spans = [np.log(each.high / each.low)[known] for each in (panel, turned)]
    np.testing.assert_allclose(spans[1], spans[0], rtol=1e-6, atol=1e-12)
    assert (turned.high[known] >= np.maximum(turned.open, turned.close)[known] * (1 - 1e-12)).all()
    gaps = np.log(turned.open[0, 1:] / turned.close[0, :-1])
    assert np.nanmax(np.abs(gaps)) < 1e-12


@pytest.mark.parametrize("together", [0.0, 1.0])
def test_intervals_by_days_hold_what_they_promise_whether_trades_of_a_day_move_together_or_not(
    together: float,
) -> None:
    draw, missed, runs = np.random.default_rng(5), 0, 1_000
    for _ in range(runs):
        day = np.sort(draw.integers(0, 60, 600))
        values = together * draw.normal(0.0, 1.0, 60)[day] + draw.standard_t(4, 600)
        found = mean_by_days(values, day)
        missed += not found.low <= 0.0 <= found.high
    assert missed <= stats.binom.ppf(0.999, runs, 1.0 - CONFIDENCE) + 10
    assert missed >= stats.binom.ppf(0.001, runs, 1.0 - CONFIDENCE) - 10
