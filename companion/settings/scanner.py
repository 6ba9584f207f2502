"""Scanner, ranking and pair list (docs/scanner.md)."""

from __future__ import annotations

from hhq.settings.base import Section, option, setting


class ScannerSettings(Section):
    """How the market is decided, ranked and listed."""

    first_pass_seconds: float = setting(
        2.0,
        0.1,
        60.0,
        "s",
        "Time after a close that candles are waited for; who comes later is decided later.",
    )
    patience_seconds: float = setting(30.0, 1.0, 240.0, "s", "The same while not one coin's candle has come.")
    refresh_seconds: float = setting(
        1.0, 0.1, 60.0, "s", "Time between two refreshes of live values, and of two passes over late coins."
    )
    pairlist_size: int = setting(60, 2, 500, "", "Coins on the bot's pair list.")
    pairlist_spare: int = setting(
        40, 0, 500, "", "Coins beyond that while accepted signals come and older members still have to stay."
    )
    pairlist_minutes: float = setting(
        30.0, 0.0, 1440.0, "min", "Time that a coin stays on the list at least."
    )
    pairlist_refresh_seconds: int = setting(
        10, 1, 3600, "s", "How often bots should read the list (they may ask less often, not more often)."
    )
    pairlist_file: str = option(
        "user_data/pairlists/scanner.json",
        "File that the bots' RemotePairList reads; relative to the project.",
    )
    pairlist_seed: str = option(
        "user_data/pairlists/seed.json", "List that the file is made from where it does not exist yet."
    )
