"""`python -m bench.api_server`: the companion's API over 544 scanned coins, without streams and without a bot."""

from __future__ import annotations

import asyncio
import json
import tempfile
from dataclasses import replace
from pathlib import Path
from random import Random

from bench.market import whole_market
from bench.scanner import market_memory
from companion.api.application import create_app
from companion.ground.clock import SystemClock
from companion.ground.layout import LOCALHOST, ROOT
from companion.ground.own_thread import OwnThread
from companion.scanner.coin_facts import BundledTiers, CoinFacts
from companion.scanner.passes import MarketPasses
from companion.service import server
from companion.service.parts import Service, make_service
from companion.settings import CompanionSettings
from companion.settings.bots import BotSettings
from companion.settings.recorder import RecorderSettings
from companion.settings.scanner import ScannerSettings
from companion.settings.security import SecuritySettings
from companion.settings.store import StoreSettings
from companion.venues.binance.leverage_tiers import bundled_tiers
from hhq.settings import HHQSettings

_NO_BOT = "http://127.0.0.1:9"


def _settings(folder: Path) -> CompanionSettings:
    return CompanionSettings(
        security=SecuritySettings(
            login_file=str(folder / "login.json"), users_file=str(folder / "users.json")
        ),
        bots=BotSettings(urls=(_NO_BOT,), overlay_file=str(folder / "overlay.toml")),
        scanner=ScannerSettings(pairlist_file=str(folder / "pairs.json")),
        recorder=RecorderSettings(folder=str(folder / "recorded")),
        store=StoreSettings(url=f"sqlite:///{folder / 'companion.sqlite'}"),
    )


async def _scan(service: Service) -> None:
    """Fill the service's market with the generated candles, and decide all coins once."""
    market = whole_market()
    memory = service.services.market
    market_memory(market, memory)
    thread = OwnThread("scanner")
    thread.begin()
    scans = MarketPasses(memory, None, CoinFacts(BundledTiers(bundled_tiers())), SystemClock(), thread)
    bar = market.panel.first_bar + market.panel.bars - 1
    service.services.latest_scan.publish(await scans.first(bar, HHQSettings()))
    thread.end()


async def _serve(service: Service) -> None:
    await _scan(service)
    listener = server.listener(LOCALHOST, 0)
    file = service.credentials.file
    assert file is not None
    token = json.loads(file.read_text(encoding="utf-8"))["ws_token"]
    print(json.dumps({"port": listener.getsockname()[1], "token": token}), flush=True)
    # Streams that do not run know nothing of the coins.
    app = create_app(replace(service.services, streams=None))
    await server.serve(app, [listener], _for_ever)


async def _for_ever() -> None:
    await asyncio.Event().wait()


def main() -> None:
    """Serve on a free port until SIGTERM; the first line of the output is JSON with ``port`` and ``token``."""
    with tempfile.TemporaryDirectory() as folder:
        service = make_service(_settings(Path(folder)), {}, SystemClock(), ROOT, Random())
        with service.ending:
            service.prepare()
            asyncio.run(_serve(service))


if __name__ == "__main__":
    main()
