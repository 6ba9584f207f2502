"""Scanner, ranking and pair list (docs/scanner.md)."""

from __future__ import annotations

from hhq.settings.base import Section, option, setting


class ScannerSettings(Section):
    """How the market is scanned, ranked and put on the pair list."""

    first_pass_seconds: float = setting(
        2.0,
        0.1,
        60.0,
        "s",
        "How long after a close the first pass waits for candles; later ones are decided in a later pass.",
    )
    patience_seconds: float = setting(
        30.0, 1.0, 240.0, "s", "The same while not a single coin's candle has arrived."
    )
    refresh_seconds: float = setting(
        1.0, 0.1, 60.0, "s", "Time between two refreshes of live values, and of two passes over late coins."
    )
    pairlist_size: int = setting(60, 2, 500, "", "Coins on the bot's pair list.")
    pairlist_spare: int = setting(
        40,
        0,
        500,
        "",
        "Extra coins for which there is room while accepted signals join and older coins still have to stay.",
    )
    pairlist_minutes: float = setting(
        30.0, 0.0, 1440.0, "min", "Shortest time that a coin stays on the list."
    )
    pairlist_refresh_seconds: int = setting(
        10, 1, 3600, "s", "How often bots should read the list (they may do so less often, not more often)."
    )
    pairlist_file: str = option(
        "user_data/pairlists/scanner.json",
        "File that the bots' RemotePairList reads; relative to the project.",
    )
    pairlist_seed: str = option(
        "user_data/pairlists/seed.json", "List that the file starts from if it does not exist yet."
    )
