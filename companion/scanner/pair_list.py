"""Who is on the bots' pair list: the best-ranked coins, each for some time at least, and open positions always."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ALWAYS = ("BTC/USDT:USDT", "ETH/USDT:USDT")
"""Always on the list: the bot fetches their candles for the market filters anyway. They are placed by
their rank, not first: the order of the list is the order of entries, and a better signal goes before theirs."""


@dataclass(frozen=True, slots=True)
class PairListRules:
    """``size`` coins, up to ``spare`` more while accepted signals need the room; a coin stays for at least ``stay_ms``."""

    size: int
    spare: int
    stay_ms: int


@dataclass(frozen=True, slots=True)
class Candidates:
    """The market of one pass. ``ranked``: all pairs, best first. ``listed``: traded now, and one that may be entered.

    ``fresh``: decided on good data in this pass. ``accepted``: with an accepted signal. ``held``: with an open position.
    """

    ranked: Sequence[str]
    listed: frozenset[str]
    fresh: frozenset[str]
    accepted: frozenset[str]
    held: frozenset[str]


def next_members(
    members: Mapping[str, int], market: Candidates, rules: PairListRules, now_ms: int
) -> dict[str, int]:
    """The pairs of the next list in order, each with the time (ms UTC) since when it has been on it without a break.

    ``members``: the previous result. Open positions and recent members stay whatever their rank; a coin that is delisted,
    about to be, or excluded leaves unless it is held. The rest is filled by rank: up to ``size`` in all, accepted signals
    up to ``size + spare``. No coin that is not fresh joins.
    """
    stays = {
        pair
        for pair, since in members.items()
        if pair in market.listed and (now_ms - since < rules.stay_ms or pair in ALWAYS)
    }
    chosen = stays | market.held | {pair for pair in ALWAYS if pair in market.listed & market.fresh}
    for pair in market.ranked:
        room = rules.size + (rules.spare if pair in market.accepted else 0)
        if pair in chosen or pair not in market.listed or len(chosen) >= room:
            continue
        if pair in market.fresh or pair in members:
            chosen.add(pair)
    place = {pair: number for number, pair in enumerate(market.ranked)}
    order = sorted(chosen, key=lambda pair: (place.get(pair, len(place)), pair))
    return {pair: members.get(pair, now_ms) for pair in order}
