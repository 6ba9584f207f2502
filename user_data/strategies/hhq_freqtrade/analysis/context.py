"""What every room reads: configuration, settings, facts about the exchange, and the results of the analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hhq_freqtrade.analysis.contracts import Contracts
from hhq_freqtrade.analysis.exchange_facts import ExchangeFacts
from hhq_freqtrade.analysis.pair_tables import PairTables
from hhq_freqtrade.running_settings import RunningSettings


@dataclass(frozen=True, slots=True)
class BotContext:
    """What a strategy's parts share, the same from its start to its end.

    ``live`` means a running bot, dry run or not. Only the analysis writes to ``tables``. ``no_entries``: why nothing is
    entered in this run, empty where it may be.
    """

    config: Mapping[str, Any]
    live: bool
    settings: RunningSettings
    facts: ExchangeFacts
    tables: PairTables
    contracts: Contracts
    no_entries: str = ""
