"""Builds the parts that watch and decide the market: streams, recorder, scanner, and the watches of the bots."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from companion.bot.bots import Bots
from companion.bot.request_weight import needed_weight
from companion.domain_settings.source import SettingsSource
from companion.ground.clock import Clock
from companion.market.memory import MarketMemory
from companion.recorder.recorder import Recorder
from companion.scanner.coin_facts import SharedTiers
from companion.scanner.latest_scan import LatestScan
from companion.scanner.scanner import Scanner
from companion.scanner.sources import Sources
from companion.service import modules
from companion.settings import CompanionSettings
from companion.streams.origin import OriginWatch
from companion.streams.streams import Streams
from companion.streams.weight import WeightLedger
from companion.tasks.turns import Turns
from companion.venues.binance.venue import BinanceVenue
from companion.venues.request_weight import BotWeights
from companion.venues.venue import Venue
from hhq.contracts import traded_types


@dataclass(frozen=True, slots=True)
class MarketParts:
    """What is known of the market, what keeps it up to date, and who reads it; ``turns``: turns of the event loop."""

    memory: MarketMemory
    latest_scan: LatestScan
    bots: Bots
    turns: Turns
    streams: Streams
    origin: OriginWatch
    recorder: Recorder | None
    scanner: Scanner


def make_market(
    settings: CompanionSettings,
    environment: Mapping[str, str],
    clock: Clock,
    root: Path,
    rng: Random,
    domain: SettingsSource,
    may_write: Callable[[], bool],
) -> MarketParts:
    """Make the parts; the pair list is written only while ``may_write()``. Raises UsageError naming a setting."""
    venue: Venue = BinanceVenue(settings.exchange.base_url)
    memory, latest_scan, turns = MarketMemory(), LatestScan(), Turns()
    bots = Bots.of(settings.bots, environment, clock)
    weights, size = venue.bot_weights, settings.scanner.pairlist_size
    ledger = WeightLedger(settings.exchange, clock, lambda: _needed_weight(bots, size, clock, weights))
    recorder = _recorder(settings, memory, clock, root)
    sources = Sources(
        settings=domain,
        tiers=SharedTiers(root / settings.bots.tiers_file, clock, venue.leverage_tiers()),
        sealed=None if recorder is None else recorder.sealed,
        rows_now=None if recorder is None else recorder.now,
        open_pairs=lambda: _open_pairs(bots),
        may_write=may_write,
        may_add=lambda coins: ledger.lend(coins * len(bots) * weights.loaded_coin),
    )
    scanner = Scanner(
        memory,
        latest_scan,
        sources,
        settings.scanner,
        clock,
        root=root,
        ticker_stale_seconds=settings.streams.ticker_stale_seconds,
    )
    streams = Streams(
        venue,
        memory,
        ledger,
        settings.streams,
        clock,
        rng,
        turns,
        lambda: traded_types(domain.current().signal.contracts),
    )
    origin = OriginWatch(venue, streams.counters, clock)
    return MarketParts(memory, latest_scan, bots, turns, streams, origin, recorder, scanner)


def _recorder(settings: CompanionSettings, market: MarketMemory, clock: Clock, root: Path) -> Recorder | None:
    if not settings.recorder.enabled:
        modules.say("recorder", "recorder.enabled is false")
        return None
    return Recorder(market, clock, settings.recorder, root / settings.recorder.folder)


def _needed_weight(bots: Bots, coins: int, clock: Clock, weights: BotWeights) -> int:
    return sum(needed_weight(watch.state, coins, clock.now_ms(), weights) for watch in bots)


def _open_pairs(bots: Bots) -> frozenset[str] | None:
    """Pairs that must stay on the list; None while one of the bots cannot say."""
    if any(not watch.state.reachable or not watch.state.asked_ms for watch in bots):
        return None
    return bots.open_pairs
