"""Market filters on any market: symmetric, and each candidate by itself."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hhq.market.filters import MarketReason, market_filter
from hhq.market.values import MarketValues
from hhq.regime import MacroRegime
from tests.hhq.market.filtered import INF, LONG, NAN, RULE, SHORT, ask, reason, values

TRENDS = st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0, NAN])
SINCE = st.sampled_from([0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, INF])
SIDEWAYS = st.sampled_from(
    [MacroRegime.NOT_AVAILABLE, MacroRegime.RANGING, MacroRegime.QUIET, MacroRegime.VOLATILE]
)
TURNED = {
    MarketReason.FLASH_CRASH: MarketReason.FLASH_PUMP,
    MarketReason.FLASH_PUMP: MarketReason.FLASH_CRASH,
}


@settings(deadline=None)
@given(
    short=TRENDS, daily=TRENDS, eth=TRENDS, on=st.booleans(), since=SINCE, pump_on=st.booleans(),
    pump_since=SINCE,
    macro=SIDEWAYS, side=st.sampled_from([LONG, SHORT]), coin=st.sampled_from(["SOL", "BTC", "ETH"]),
)  # fmt: skip
def test_the_other_side_on_the_mirrored_market_is_treated_the_same(
    short: float, daily: float, eth: float, on: bool, since: float, pump_on: bool, pump_since: float,
    macro: MacroRegime, side: float, coin: str,
) -> None:  # fmt: skip
    one = ask(side, values(short, daily, eth, on, since, pump_on, pump_since, 0.0, macro), coin)
    other = ask(-side, values(-short, -daily, -eth, pump_on, pump_since, on, since, 0.0, macro), coin)
    for field in fields(one):
        if field.name != "veto_reason":
            np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name), field.name)
    assert TURNED.get(reason(one), reason(one)) == reason(other)


@settings(deadline=None)
@given(data=st.data(), count=st.integers(1, 12))
def test_candidates_are_decided_independently_of_their_neighbours(data: st.DataObject, count: int) -> None:
    rows = [
        values(
            data.draw(TRENDS), data.draw(TRENDS), data.draw(TRENDS), data.draw(st.sampled_from([0.0, 1.0])),
            data.draw(SINCE), 0.0, data.draw(SINCE), data.draw(st.sampled_from([0.0, 1.0])),
            data.draw(st.sampled_from(list(MacroRegime))),
        )
        for _ in range(count)
    ]  # fmt: skip
    sides = [data.draw(st.sampled_from([LONG, SHORT])) for _ in rows]
    coins = [data.draw(st.sampled_from(["SOL", "BTC", "ETH"])) for _ in rows]
    names = [field.name for field in fields(MarketValues)]
    together = MarketValues(*(np.concatenate([getattr(row, name) for row in rows]) for name in names))
    order = np.array(data.draw(st.permutations(range(count))))
    batch = market_filter(
        np.array(sides)[order],
        np.array(coins)[order] == "BTC",
        np.array(coins)[order] == "ETH",
        together.at(order),
        RULE,
    )
    for place, entry in enumerate(order):
        alone = ask(sides[entry], rows[entry], coins[entry])
        for field in fields(alone):
            np.testing.assert_array_equal(
                getattr(alone, field.name)[0], getattr(batch, field.name)[place], err_msg=field.name
            )
    assert np.all((batch.penalty == 0) | (batch.bonus == 0) | batch.not_available)
