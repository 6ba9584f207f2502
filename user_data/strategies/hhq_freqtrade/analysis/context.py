"""What every room reads: configuration, settings, facts of the exchange, and what the analysis has found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hhq_freqtrade.analysis.exchange_facts import ExchangeFacts
from hhq_freqtrade.analysis.pair_tables import PairTables
from hhq_freqtrade.running_settings import RunningSettings


@dataclass(frozen=True, slots=True)
class BotContext:
    """The surroundings of a strategy's parts, the same from its start to its end.

    ``live`` is a running bot, dry or not. Only the analysis writes ``tables``.
    """

    config: Mapping[str, Any]
    live: bool
    settings: RunningSettings
    facts: ExchangeFacts
    tables: PairTables
