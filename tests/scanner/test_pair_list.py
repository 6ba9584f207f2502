"""Who is on the pair list, pass after pass."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from companion.scanner.pair_list import ALWAYS, Candidates, PairListRules, next_members

MINUTE = 60_000
RULES = PairListRules(size=4, spare=2, stay_ms=30 * MINUTE)
BTC, ETH = ALWAYS
COINS = tuple(f"{name}/USDT:USDT" for name in "ABCDEFGH")


def candidates(
    *ranked: str,
    fresh: set[str] | None = None,
    listed: set[str] | None = None,
    accepted: set[str] = frozenset(),  # type: ignore[assignment]
    held: set[str] = frozenset(),  # type: ignore[assignment]
) -> Candidates:
    everybody = frozenset(ranked)
    return Candidates(
        ranked,
        everybody if listed is None else frozenset(listed),
        everybody if fresh is None else frozenset(fresh),
        frozenset(accepted),
        frozenset(held),
    )


def test_the_best_ranked_are_listed_in_their_order() -> None:
    assert list(next_members({}, candidates(*COINS), RULES, 0)) == list(COINS[:4])


def test_a_coin_stays_half_an_hour_whatever_its_rank_and_then_goes_by_rank() -> None:
    a, b, c, d, e, f, *_ = COINS
    members = next_members({}, candidates(a, b, c, d, e, f), RULES, 0)
    later = next_members(members, candidates(e, f, a, b, c, d), RULES, 29 * MINUTE)
    assert set(later) == {a, b, c, d}
    assert list(later.values()) == [0, 0, 0, 0]
    last = next_members(later, candidates(e, f, a, b, c, d), RULES, 30 * MINUTE)
    assert list(last) == [e, f, a, b]


def test_accepted_signals_have_room_beyond_the_size_while_older_members_have_to_stay() -> None:
    a, b, c, d, e, f, g, h = COINS
    members = next_members({}, candidates(*COINS), RULES, 0)
    market = candidates(e, f, g, a, b, c, d, h, accepted={e, f, g})
    assert list(next_members(members, market, RULES, MINUTE)) == [e, f, a, b, c, d]


def test_an_open_position_stays_even_if_its_coin_is_delisted() -> None:
    members = next_members({}, candidates(*COINS), RULES, 0)
    market = candidates(*COINS, listed=set(COINS[1:]), held={COINS[0], "GONE/USDT:USDT"})
    later = next_members(members, market, RULES, 60 * MINUTE)
    assert {COINS[0], "GONE/USDT:USDT"} <= set(later)
    assert list(later)[-1] == "GONE/USDT:USDT"


def test_a_delisted_or_excluded_coin_leaves_at_once() -> None:
    members = next_members({}, candidates(*COINS), RULES, 0)
    later = next_members(members, candidates(*COINS, listed=set(COINS[1:])), RULES, MINUTE)
    assert COINS[0] not in later


def test_btc_and_eth_are_always_there_at_the_place_of_their_rank() -> None:
    a, b, c, d, *_ = COINS
    members = next_members({}, candidates(a, b, c, d, BTC, ETH), RULES, 0)
    assert list(members) == [a, b, BTC, ETH]
    again = next_members(members, candidates(a, b, c, d, BTC, ETH, fresh={a, b, c, d}), RULES, 90 * MINUTE)
    assert {BTC, ETH} <= set(again), "they stay when they are stale"
    assert not {BTC, ETH} & set(next_members({}, candidates(a, BTC, ETH, fresh={a}), RULES, 0))


@dataclass(frozen=True)
class Moment:
    """A pass: minutes since the one before, and its market."""

    minutes: int
    market: Candidates


@st.composite
def moments(draw: st.DrawFn) -> Moment:
    names = (*COINS, *ALWAYS)
    some = st.sets(st.sampled_from(names)).map(frozenset)
    listed = draw(some) | draw(some)
    fresh = draw(some) & listed
    return Moment(
        draw(st.integers(1, 20)),
        Candidates(tuple(draw(st.permutations(names))), listed, fresh, draw(some) & fresh, draw(some)),
    )


@given(st.lists(moments(), min_size=1, max_size=12), st.integers(2, 6), st.integers(0, 3))
def test_the_list_keeps_its_promises_at_every_pass(passes: list[Moment], size: int, spare: int) -> None:
    rules = PairListRules(size, spare, 30 * MINUTE)
    members: dict[str, int] = {}
    now = 0
    for moment in passes:
        now += moment.minutes * MINUTE
        market, before = moment.market, members
        members = next_members(before, market, rules, now)
        added = members.keys() - before.keys()
        assert added <= market.fresh & market.listed | market.held, (
            "nobody enters who is stale, delisted or excluded"
        )
        assert market.held <= members.keys()
        young = {pair for pair, since in before.items() if now - since < rules.stay_ms}
        assert young & market.listed <= members.keys()
        assert members.keys() <= market.listed | market.held
        assert all(members[pair] == before.get(pair, now) for pair in members)
        forced = young | market.held | set(ALWAYS)
        assert len(members) <= max(size + spare, len(forced & members.keys()))
        assert len(members.keys() - market.accepted - forced) <= size
        places = [market.ranked.index(pair) for pair in members if pair in market.ranked]
        assert places == sorted(places)
        left_out = [p for p in market.ranked if p in market.accepted and p not in members]
        assert not left_out or len(members) >= size + spare, (
            "a signal is left out only where the list is full"
        )
