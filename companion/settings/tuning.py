"""The files of the domain settings, as this service reads and changes them."""

from __future__ import annotations

from hhq.settings.base import Section, option


class TuningSettings(Section):
    """Paths, relative to the folder that the service is started in; the bots' configuration names the same files."""

    settings_file: str = option("config/hhq.toml", "The domain settings.")
    overlay_file: str = option(
        "user_data/hhq/overlay.toml", "What is laid over them; only the companion writes it."
    )
    parameter_file: str = option(
        "user_data/strategies/HHQStrategy.json",
        "Freqtrade's parameter file, home of the eight optimised ones.",
    )
    history_file: str = option(
        "user_data/hhq/settings-history.jsonl", "Every change that was made, by version."
    )
    request_file: str = option("user_data/hhq/requests.json", "What the bots' guards shall forget.")
