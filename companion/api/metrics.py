"""The service's metrics for Prometheus, taken from the parts at each scrape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from companion.api.services import Services

Sample = tuple[tuple[str, ...], float]


def registry_of(services: Services, requests: Counter[tuple[str, str]]) -> CollectorRegistry:
    """A registry of its own; ``requests`` counts answers by method and status."""
    registry = CollectorRegistry()
    registry.register(ServiceFigures(services, requests))
    return registry


class ServiceFigures(Collector):
    """Everything that is counted or measured."""

    def __init__(self, services: Services, requests: Counter[tuple[str, str]]) -> None:
        self._services = services
        self._requests = requests

    def collect(self) -> Iterator[Metric]:
        """All metrics as of now; parts that do not run have none."""
        yield from self._streams()
        yield from self._scanner()
        yield from self._bots()
        yield from self._recorder()
        yield from self._process()

    def _streams(self) -> Iterator[Metric]:
        market = self._services.market
        trading = market.universe.trading_rows
        yield _gauge("hhq_coins_trading", "Coins that are traded.", len(trading))
        yield _gauge(
            "hhq_coins_fresh", "Coins that may be decided.", sum(market.is_fresh(r) for r in trading)
        )
        if self._services.streams is None:
            return
        status = self._services.streams.status()
        open_ones = sum(connection.connected for connection in status.connections)
        reasons = Counter(reason.name.lower() for stale in status.stale.values() for reason in stale)
        weight = status.weight
        yield _gauge("hhq_stream_connections", "Connections that are open.", open_ones)
        yield _counter(
            "hhq_stream_reconnects", "Reconnects.", [((), sum(c.reconnects for c in status.connections))]
        )
        yield _gauges("hhq_coins_stale", "Stale coins by reason.", ("reason",), _by_name(reasons))
        yield _gauge("hhq_coins_over_rest", "Coins kept fresh over REST.", len(status.over_rest))
        yield _gauge(
            "hhq_coins_backfilled", "Coins with their whole window of candles.", status.backfill.backfilled
        )
        yield _counter(
            "hhq_stream_events", "What the streams counted.", _by_name(status.counters), ("event",)
        )
        yield _gauge("hhq_weight_used", "Request weight of the last minute, this process.", weight.used)
        yield _gauge("hhq_weight_reported", "Request weight that the exchange reports.", weight.reported)
        yield _gauge("hhq_weight_budget", "Request weight that may be used now.", weight.budget)
        yield _gauge(
            "hhq_weight_blocked_seconds", "Wait that the exchange asked for.", weight.blocked_seconds
        )
        yield _counter("hhq_weight_refusals", "Answers 429 and 418.", [((), weight.refusals)])

    def _scanner(self) -> Iterator[Metric]:
        if self._services.scanner is None:
            return
        status = self._services.scanner.status
        yield _gauge("hhq_scan_running", "Whether the scanner scans.", status.state.value == "running")
        yield _counter("hhq_scans", "Scans since the start.", [((), status.scans)])
        yield _gauge("hhq_scan_duration_seconds", "Time of the newest scan.", status.duration_ms / 1000.0)
        yield _gauge("hhq_scan_delay_seconds", "From close to publication.", status.delay_ms / 1000.0)
        yield _gauge("hhq_scan_coins", "Coins of the newest scan.", status.coins)
        yield _gauge("hhq_scan_fresh", "Of them with data for a decision.", status.fresh)
        yield _gauge("hhq_scan_accepted", "Accepted signals of the newest scan.", status.accepted)
        failures = sum(status.failures.values())
        yield _gauge("hhq_scan_failures", "Coins whose evaluation raised, since the start.", failures)
        yield _gauge("hhq_pairlist_size", "Pairs on the list of the bots.", status.pair_list.size)

    def _bots(self) -> Iterator[Metric]:
        states = [watch.state for watch in self._services.bots]
        if not states:
            return
        label = ("bot",)
        yield _gauges(
            "hhq_bot_reachable", "Whether it answers.", label, [((s.name,), s.reachable) for s in states]
        )
        yield _gauges(
            "hhq_bot_positions", "Open trades.", label, [((s.name,), len(s.positions)) for s in states]
        )
        equity = [((s.name,), s.equity) for s in states if s.equity is not None]
        yield _gauges("hhq_bot_equity", "Equity in the stake currency.", label, equity)
        shown = [((s.name,), self._services.portfolio.evidence.of(s).shows_edge) for s in states]
        yield _gauges("hhq_bot_edge_shown", "Whether an edge is shown for its settings.", label, shown)
        compared = [((s.name,), s.comparison.compared) for s in states]
        yield _counter("hhq_digests_compared", "Digests of scanner and strategy compared.", compared, label)
        wrong = [((s.name,), s.comparison.mismatches) for s in states]
        yield _counter("hhq_digest_mismatches", "Digests that differed; must stay 0.", wrong, label)
        skipped = [
            ((state.name, reason.name.lower()), count)
            for state in states
            for reason, count in state.comparison.not_comparable.items()
        ]
        text = "Digests that differed because one side lacked an input or had another."
        yield _counter("hhq_digests_not_comparable", text, skipped, ("bot", "reason"))

    def _recorder(self) -> Iterator[Metric]:
        if self._services.recorder is None:
            return
        status = self._services.recorder.status()
        yield _counter("hhq_recorder_sealed", "Sealed candles.", [((), status.sealed)])
        yield _counter("hhq_recorder_void", "Candles without a row.", _by_name(status.void), ("reason",))
        yield _gauge("hhq_recorder_bytes", "Size of the recordings.", status.archive_bytes)
        yield _counter("hhq_recorder_write_errors", "Failed writes.", [((), status.write_errors)])
        now = self._services.clock.now_ms()
        silent = [
            ((name,), 0.0 if since is None else (now - since) / 1000.0)
            for name, since in status.not_available_since_ms.items()
        ]
        yield _gauges("hhq_input_na_seconds", "How long no coin has had this input.", ("input",), silent)

    def _process(self) -> Iterator[Metric]:
        services = self._services
        if services.supervisor is not None:
            tasks = services.supervisor.status()
            running = [((task.name,), task.running) for task in tasks]
            yield _gauges("hhq_task_running", "Whether the task works.", ("task",), running)
            failed = [((task.name,), task.failures) for task in tasks]
            yield _counter("hhq_task_failures", "Failures since the start.", failed, ("task",))
        if services.stalls is not None:
            stalls = services.stalls.status()
            yield _counter("hhq_event_loop_stalls", "Stalls longer than 20 ms.", [((), stalls.stalls)])
            yield _gauge("hhq_event_loop_longest_seconds", "Longest stall.", stalls.longest_seconds)
            yield _counter(
                "hhq_event_loop_waits", "Waits for a processor longer than 20 ms.", [((), stalls.waits)]
            )
            yield _gauge(
                "hhq_event_loop_longest_wait_seconds",
                "Longest wait for a processor.",
                stalls.longest_wait_seconds,
            )
        answers = [((method, status), count) for (method, status), count in sorted(self._requests.items())]
        yield _counter("hhq_http_answers", "Answers by method and status.", answers, ("method", "status"))
        yield _counter(
            "hhq_http_failures", "Exceptions no route foresaw.", _by_name(services.failures), ("type",)
        )


def _gauge(name: str, text: str, value: float) -> Metric:
    return _gauges(name, text, (), [((), value)])


def _gauges(name: str, text: str, labels: tuple[str, ...], samples: Iterable[Sample]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=labels)
    for values, number in samples:
        family.add_metric(values, float(number))
    return family


def _counter(name: str, text: str, samples: Iterable[Sample], labels: tuple[str, ...] = ()) -> Metric:
    family = CounterMetricFamily(name, text, labels=labels)
    for values, number in samples:
        family.add_metric(values, float(number))
    return family


def _by_name(counts: Mapping[str, float]) -> list[Sample]:
    return [((name,), count) for name, count in sorted(counts.items())]
