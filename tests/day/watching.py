"""What is measured while the day goes by."""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from companion.ground.layout import LOCALHOST
from tests.day.locks import Equity
from tests.day.parties import Parties
from tests.day.trend import Sample

_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20
_FIGURE = re.compile(r"^(?P<name>hhq_\w+?)(?:\{(?P<labels>[^}]*)\})? (?P<value>\S+)$")
CHANNELS = ("opportunities", "positions", "signals", "trades", "logs", "funnel")


def sample(pid: int, hours: float) -> Sample:
    """A process as it is now."""
    kinds: Counter[str] = Counter()
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            target = str(handle.readlink())
            kinds[
                "socket" if target.startswith("socket:") else "file" if target.startswith("/") else "other"
            ] += 1
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    threads = len(list(Path(f"/proc/{pid}/task").iterdir()))
    return Sample(hours, pages * _PAGE_MB, kinds["file"], kinds["socket"], kinds["other"], threads)


def figures(text: str) -> dict[str, float]:
    """Prometheus' text as numbers by name and labels."""
    found = (_FIGURE.match(line) for line in text.splitlines())
    return {
        each["name"] + (f"{{{each['labels']}}}" if each["labels"] else ""): float(each["value"])
        for each in found
        if each and not each["name"].endswith("_created")
    }


@dataclass
class Measured:
    """All series of the run."""

    samples: dict[str, list[Sample]] = field(default_factory=lambda: {"bot": [], "companion": []})
    equity: list[Equity] = field(default_factory=list)
    metrics: dict[str, float] = field(default_factory=dict)
    fresh: list[float] = field(default_factory=list)
    """Share of the coins with data for a decision, at each look."""
    loops: list[int] = field(default_factory=list)
    """Loops of the bot seen within a candle."""
    load: list[float] = field(default_factory=list)

    def take_sample(self, parties: Parties, hours: float) -> None:
        """Memory and handles of bot and companion."""
        self.samples["bot"].append(sample(parties.bot.process.pid, hours))
        self.samples["companion"].append(sample(parties.companion.process.pid, hours))

    def take_figures(self, parties: Parties) -> None:
        """The companion's metrics and the bot's equity."""
        answer = parties.ask("GET", "/metrics")
        if answer.is_success:
            self.metrics = figures(answer.text)
            trading = self.metrics["hhq_coins_trading"]
            if trading:
                self.fresh.append(self.metrics["hhq_scan_fresh"] / trading)
            if (equity := self.metrics.get('hhq_bot_equity{bot="bot"}')) is not None:
                self.equity.append(Equity(parties.now(), equity))
        self.load.append(os.getloadavg()[0])


class LoopCounter:
    """Counts the bot's loops within a candle by the time that its health tells, as often as it is asked."""

    def __init__(self, parties: Parties) -> None:
        self._parties = parties
        self._seen: set[str] = set()

    def look(self) -> None:
        """Ask once."""
        self._seen.add(self._parties.ask_bot("health")["last_process"])

    def take(self) -> int:
        """Loops that were seen to end since the last take."""
        count = max(len(self._seen) - 1, 0)
        self._seen = set()
        return count


@dataclass
class FeedClient:
    """A page that is open all day: it reads the feed, and counts what comes."""

    parties: Parties
    messages: int = 0
    connections: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    """Why connections ended."""
    _ended: threading.Event = field(default_factory=threading.Event)

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Read in a thread of its own within the block."""
        thread = threading.Thread(target=self._read, name="feed", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join(10.0)

    def _read(self) -> None:
        while not self._ended.is_set():
            try:
                self._follow()
            except (OSError, WebSocketException) as problem:
                self.ends[str(problem)] += 1
            self._ended.wait(1.0)

    def _follow(self) -> None:
        address = f"ws://{LOCALHOST}:{self.parties.service.port}/ws/feed"
        headers = {"Authorization": f"Bearer {self.parties.token}"}
        with connect(address, proxy=None, additional_headers=headers, max_size=None) as socket:
            self.connections += 1
            names = ", ".join(f'"{name}"' for name in CHANNELS)
            socket.send(f'{{"op": "subscribe", "channels": [{names}]}}')
            while not self._ended.is_set():
                with contextlib.suppress(TimeoutError):
                    socket.recv(timeout=1.0)
                    self.messages += 1
