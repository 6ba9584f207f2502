"""How much a bot may request of the exchange in this minute."""

from __future__ import annotations

from dataclasses import replace

import pytest

from companion.bot.models import ShowConfig
from companion.bot.request_weight import needed_weight
from companion.bot.state import BotState
from companion.venues.binance.weights import BOT_WEIGHTS
from hhq.panel import CANDLE_MS
from tests.bot import answers
from tests.feed.bots import position

CLOSE = 5_850_000 * CANDLE_MS
QUIET = CLOSE + 60_000
CONFIG = ShowConfig.model_validate({**answers.of_a_quiet_bot()["GET show_config"], "max_open_trades": 15})
AWAY = BotState("hhq", "http://bot", since_ms=CLOSE - 600_000)
THERE = replace(AWAY, reachable=True, config=CONFIG)
FULL = replace(THERE, positions=tuple(position(number) for number in range(15)))
BOUNDLESS = replace(THERE, config=CONFIG.model_copy(update={"max_open_trades": -1}))


@pytest.mark.parametrize(
    ("state", "now_ms", "weight"),
    [
        (AWAY, QUIET, 60 * 11 + 200),
        (replace(THERE, since_ms=QUIET - 59_999), QUIET, 60 * 11 + 200),
        (replace(THERE, since_ms=QUIET - 60_000), QUIET, 200),
        (FULL, QUIET, 1_700),
        (THERE, CLOSE, 60 * 2 + 1_500),
        (THERE, QUIET - 1, 60 * 2 + 1_500),
        (FULL, CLOSE, 60 * 2 + 1_700),
        (BOUNDLESS, CLOSE, 60 * 2 + 6_000),
        (AWAY, CLOSE, 60 * 11 + 200),
    ],
)
def test_a_bot_loads_its_list_at_its_start_and_reads_order_books_for_every_position_that_it_may_have(
    state: BotState, now_ms: int, weight: int
) -> None:
    assert needed_weight(state, 60, now_ms, BOT_WEIGHTS) == weight
