"""Values in a venue's answers."""

from __future__ import annotations

from dataclasses import replace

from companion.market.universe import Coin
from companion.venues.values import Listings


def test_funding_intervals_replace_what_the_listings_say_for_the_coins_that_they_name() -> None:
    coins = Coin("A/USDT:USDT", "AUSDT", tick_size=0.1), Coin("B/USDT:USDT", "BUSDT", funding_hours=1.0)
    listings = Listings(coins, 3).with_funding({"AUSDT": 4.0, "CUSDT": 2.0})
    assert listings.coins == (replace(coins[0], funding_hours=4.0), coins[1])
    assert listings.unreadable == 3
