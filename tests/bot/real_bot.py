"""A dry-run Freqtrade process with a strategy that does what the tests require, on a replay exchange of its own."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import httpx

from companion.bot import configuration
from companion.bot.login import BotLogin
from companion.ground import processes
from companion.ground.layout import LOCALHOST
from companion.ground.ports import any_free
from companion.offline import replay_process
from companion.offline.data_folder import utc
from tests.replay.sample_market import BEGIN, DAY

LOGIN = BotLogin("tester", "a password of the tests")
WS_TOKEN, JWT_SECRET_KEY = "a token of the tests, long enough", "tests-" * 8
PAIRS = ("BTC/USDT:USDT", "SOL/USDT:USDT")
STRATEGY = '''
from freqtrade.strategy import IStrategy


class Obedient(IStrategy):
    """Enters and leaves only when it is told to; has a digest column and stored data as HHQStrategy has."""

    timeframe = "5m"
    can_short = True
    minimal_roi = {"0": 10.0}
    stoploss = -0.9
    startup_candle_count = 20

    def populate_indicators(self, dataframe, metadata):
        dataframe["hhq_digest"] = 281474976710655.0 - dataframe.index
        dataframe["other"] = 1.0
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        return dataframe

    def leverage(self, **kwargs):
        return 3.0

    def order_filled(self, pair, trade, order, current_time, **kwargs):
        trade.set_custom_data("hhq_signal", {"score": 81.5, "pair": pair})
'''


class RealBot:
    """The processes of a bot in `folder`; ends with :meth:`stop`."""

    def __init__(self, folder: Path, market: Path) -> None:
        self.folder = folder
        self.port, self.replay_port = any_free(), any_free()
        self.url = f"http://{LOCALHOST}:{self.port}"
        options = replay_process.ReplayOptions(market, self.replay_port, utc(BEGIN + 7 * DAY))
        self._exchange = replay_process.start(options, folder / "replay.log")
        self._bot: processes.Child | None = None
        strategies = folder / "user_data" / "strategies"
        strategies.mkdir(parents=True)
        (strategies / "obedient.py").write_text(STRATEGY, encoding="utf-8")
        replay_process.wait_until_ready(self._exchange, self.replay_port)

    @property
    def child(self) -> processes.Child:
        """The running bot."""
        assert self._bot is not None
        return self._bot

    def start(self) -> None:
        """Start Freqtrade and return once its API says that it is running."""
        layer: dict[str, configuration.Json] = {
            **configuration.replay_exchange(self.replay_port, PAIRS),
            "strategy": "Obedient",
            "db_url": f"sqlite:///{self.folder / 'bot.sqlite'}",
            "force_entry_enable": True,
            # Force entries fill at once.
            "order_types": {
                "entry": "market", "exit": "market", "stoploss": "market", "stoploss_on_exchange": False,
                "force_entry": "market", "force_exit": "market", "emergency_exit": "market",
            },
            "entry_pricing": {"price_side": "other", "use_order_book": True, "order_book_top": 1},
            "internals": {"process_throttle_secs": 1},
            "api_server": {
                "listen_ip_address": LOCALHOST, "listen_port": self.port, "username": LOGIN.username,
                "password": LOGIN.password, "ws_token": WS_TOKEN, "jwt_secret_key": JWT_SECRET_KEY,
            },
        }  # fmt: skip
        generated = configuration.write_layer(self.folder / "config.json", layer)
        layers = [configuration.layer("base"), configuration.layer("dry-run"), generated]
        line = configuration.command("trade", layers)
        line[line.index("--strategy") + 1] = "Obedient"
        line[line.index("--userdir") + 1] = str(self.folder / "user_data")
        self._bot = processes.start("the bot", line, self.folder / "bot.log")
        self._wait_until_running()

    def enter(self, pair: str, **wishes: object) -> int:
        """Open a position, or place its entry order; returns its id."""
        answer = httpx.post(
            f"{self.url}/api/v1/forceenter",
            json={"pair": pair, "side": "long", **wishes},
            auth=(LOGIN.username, LOGIN.password),
            timeout=30,
        )
        answer.raise_for_status()
        return int(answer.json()["trade_id"])

    def freeze(self) -> None:
        """Make the process hang with its sockets open."""
        os.killpg(self.child.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it continue."""
        os.killpg(self.child.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        """Kill -9."""
        os.killpg(self.child.process.pid, signal.SIGKILL)
        self.child.process.wait()

    def stop(self) -> None:
        """End all processes."""
        if self._bot is not None:
            self._bot.stop()
        self._exchange.stop()

    def _wait_until_running(self, seconds: float = 120.0) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.child.require_alive()
            if self._says_running():
                return
            time.sleep(0.2)
        raise AssertionError(f"no running bot within {seconds} s: {self.folder / 'bot.log'}")

    def _says_running(self) -> bool:
        try:
            answer = httpx.get(
                f"{self.url}/api/v1/show_config", auth=(LOGIN.username, LOGIN.password), timeout=5
            )
        except httpx.HTTPError:
            return False
        return answer.status_code == 200 and answer.json()["state"] == "running"
