"""Where the demonstration begins on the tape, and which pairs the bot follows at first."""

from __future__ import annotations

import time
from collections.abc import Sequence

from companion.demo.bot import DEMO_SETTINGS
from companion.demo.fills import TapeFills
from companion.demo.kept import Opening
from companion.demo.pairs import choose_whitelist
from companion.demo.start import ALIGNMENTS, Span, candidate_columns, choose_start
from companion.ground.errors import CompanionError
from companion.offline.candles import load_funding, load_panel
from companion.offline.data_folder import DataFolder
from companion.offline.pair_rules import load_pair_rules
from companion.offline.signals import Candles, CoreDecision
from hhq_shared.settings_files import load_settings

_READY_SECONDS, _DEADLINE_SECONDS = 35.0, 150.0
_DWELL_SECONDS = 6.0
_FINE_SPEED = 20.0


def find_opening(folder: DataFolder, pairs: Sequence[str], speed: float) -> Opening:
    """A moment with a signal of one of `pairs` whose entry price is reached soon, and what the bot follows then.

    Raises CompanionError without any.
    """
    panel = load_panel(folder, pairs)
    tape = Candles(panel, load_funding(folder, panel), load_pair_rules(folder, panel.symbols).coins)
    decide = CoreDecision(load_settings(DEMO_SETTINGS))
    info = folder.exchange_info(folder.span()[1])
    fills = TapeFills(folder.path, info, int(_DWELL_SECONDS * speed * 1000))
    columns = candidate_columns(tape, decide)
    # The clock starts only after everything that can take long.
    origin = time.time()
    span = Span(
        ready=int((origin + _READY_SECONDS * speed) * 1000),
        deadline=int((origin + _DEADLINE_SECONDS * speed) * 1000),
    )
    # The exchange reads its clock a few seconds after `origin`: at a high speed that is many candles later.
    alignments = [name for name in ALIGNMENTS if speed <= _FINE_SPEED or name != "5m"]
    start = choose_start(tape, columns, decide, fills, span, alignments)
    if start is None:
        raise CompanionError(f"{folder.path}: no candle gives a signal at this time of day; try other DATA")
    expected = tuple(signal.pair for signal in start.entries)
    return Opening(origin, start.offset, start.alignment, choose_whitelist(pairs, expected))
