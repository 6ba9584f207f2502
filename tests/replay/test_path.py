"""The intra-candle path: bounds, the four prices, the grid, the volume, determinism."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from companion.replay.path import Bar, CandleKey, CandlePath, Grid, candle_nodes, candle_path, event_count

DURATION = 300_000


@st.composite
def candles(draw: st.DrawFn) -> tuple[CandleKey, Bar, Grid]:
    """A candle whose prices lie on a tick grid, from flat to wild, from 1e-8 to 1e5."""
    digits = draw(st.integers(0, 8))
    tick = round(10.0**-digits * draw(st.sampled_from([1, 5])), digits)
    low = draw(st.integers(1, 1_000_000))
    span = draw(st.integers(0, 5_000))
    opened, close = (low + draw(st.integers(0, span)) for _ in range(2))
    step_digits = draw(st.integers(0, 3))
    volume = draw(st.integers(0, 10_000_000)) * 10.0**-step_digits
    price = [round(n * tick, digits) for n in (opened, low + span, low, close)]
    bar = Bar(price[0], price[1], price[2], price[3], round(volume, step_digits))
    key = CandleKey(
        draw(st.sampled_from(["BTCUSDT", "XUSDT"])),
        draw(st.integers(0, 10_000)) * 300_000,
        draw(st.integers(0, 2**31)),
    )
    return key, bar, Grid(tick, 10.0**-step_digits, digits, step_digits)


def drawn(case: tuple[CandleKey, Bar, Grid]) -> CandlePath:
    return candle_path(*case, DURATION)


@given(candles())
def test_the_path_never_leaves_the_candle(case: tuple[CandleKey, Bar, Grid]) -> None:
    path, bar = drawn(case), case[1]
    assert min(path.price) >= bar.low
    assert max(path.price) <= bar.high


@given(candles())
def test_the_path_starts_at_the_open_touches_both_extremes_and_ends_at_the_close(
    case: tuple[CandleKey, Bar, Grid],
) -> None:
    path, bar = drawn(case), case[1]
    assert path.price[0] == bar.open
    assert path.price[-1] == bar.close
    assert path.high[-1] == bar.high == max(path.price)
    assert path.low[-1] == bar.low == min(path.price)


@given(candles())
def test_every_price_is_on_the_tick_grid(case: tuple[CandleKey, Bar, Grid]) -> None:
    path, grid = drawn(case), case[2]
    for price in path.price:
        assert price == round(round(price / grid.tick) * grid.tick, grid.price_digits)


@given(candles())
def test_volume_rises_to_the_candles_volume_and_quantities_are_whole_steps(
    case: tuple[CandleKey, Bar, Grid],
) -> None:
    path, (_, bar, grid) = drawn(case), case
    assert all(earlier <= later for earlier, later in pairwise(path.volume))
    assert all(earlier <= later for earlier, later in pairwise(path.quote))
    assert path.volume[-1] == bar.volume
    quantities = [path.quantity(index) for index in range(len(path.price))]
    assert all(round(quantity, grid.quantity_digits) == quantity for quantity in quantities)
    assert abs(sum(quantities) - bar.volume) <= 1e-6 * max(1.0, bar.volume)


@given(candles())
def test_events_lie_inside_the_candle_in_order_and_as_many_as_announced(
    case: tuple[CandleKey, Bar, Grid],
) -> None:
    path, (_, bar, grid) = drawn(case), case
    assert path.elapsed[0] == 0
    assert path.elapsed[-1] < DURATION
    assert path.elapsed == sorted(path.elapsed)
    assert len(path.elapsed) == event_count(bar.volume, grid.step)


@given(candles())
def test_the_same_candle_and_seed_give_the_same_path(case: tuple[CandleKey, Bar, Grid]) -> None:
    assert drawn(case) == drawn(case)


@given(candles())
def test_the_nodes_are_those_of_the_path_and_need_no_path(case: tuple[CandleKey, Bar, Grid]) -> None:
    path, bar = drawn(case), case[1]
    nodes = candle_nodes(*case, DURATION)
    assert nodes == path.nodes
    assert [nodes[0].price, nodes[3].price] == [bar.open, bar.close]
    assert {nodes[1].price, nodes[2].price} == {bar.low, bar.high}
    for node in nodes:
        assert path.price[path.elapsed.index(node.elapsed) :].count(node.price) > 0


@given(candles())
def test_an_extreme_is_not_touched_before_its_node_unless_the_open_lies_on_it(
    case: tuple[CandleKey, Bar, Grid],
) -> None:
    path, bar = drawn(case), case[1]
    second = path.nodes[2]
    if second.price in (bar.open, path.nodes[1].price):
        return
    before = path.price[: path.index_at(path.nodes[1].elapsed)]
    assert second.price not in before


def test_another_seed_gives_another_path() -> None:
    bar, grid = Bar(100.0, 102.0, 99.0, 101.0, 500.0), Grid(0.01, 0.001, 2, 3)
    paths = {tuple(candle_path(CandleKey("A", 0, seed), bar, grid, DURATION).price) for seed in range(5)}
    assert len(paths) == 5


def test_rising_candles_mostly_visit_their_low_first() -> None:
    bar, grid = Bar(100.0, 102.0, 99.0, 101.0, 500.0), Grid(0.01, 0.001, 2, 3)
    firsts = [candle_nodes(CandleKey("A", 300_000 * n, 1), bar, grid, DURATION)[1] for n in range(400)]
    share = sum(node.price == bar.low for node in firsts) / len(firsts)
    assert 0.65 < share < 0.85
