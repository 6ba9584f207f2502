"""Examples of the OpenAPI document, recorded from the application itself: `python -m tests.api.examples` writes them."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

import orjson

from companion.api.document import EXAMPLES
from companion.history.scans import ScanHistory
from tests.api.bots import closed, remember, with_a_position, with_locks
from tests.api.market import scene
from tests.api.rig import Rig, rig_in
from tests.bot.scripted_bot import ScriptedBot

LONGEST = 2
"""Entries of a list that an example keeps."""
_BLACK = {"blacklist": ["ETH/USDT:USDT"], "blacklist_expanded": [], "errors": {}}
_BODY = {"changes": {"guards.stoploss_frequency.max_stoplosses": 4}}
_GUARD = {"lookback_minutes": 60, "clear": True}


async def recorded(folder: Path) -> dict[str, Any]:
    """An answer for every operation that has one, by its id."""
    with ScriptedBot() as bot:
        with_a_position(bot)
        with_locks(bot)
        for call in ("POST", "DELETE", "GET"):
            bot.content[f"{call} blacklist"] = _BLACK
        async with rig_in(folder, bot.url) as rig:
            assert rig.services.store is not None
            now = rig.services.clock.now_ms()
            await remember(
                rig.services.store,
                *(closed(k, closed_ms=now - k * 3_600_000, net=12.5 - k) for k in range(25)),
            )
            await ScanHistory(rig.services.latest_scan, rig.services.store).store(scene().scan)
            for watch in rig.services.bots:
                await watch.refresh()
            return await _answers(rig)


async def _answers(rig: Rig) -> dict[str, Any]:
    accepted = scene().scan.decisions.accepted()[:, 0].nonzero()[0][0]
    symbol = scene().scan.columns["symbol"][int(accepted)]
    calls: dict[str, tuple[str, str, Any]] = {
        "patch_settings": ("PATCH", "/settings", _BODY),
        "reload_settings": ("POST", "/settings/reload", {}),
        "guard_settings": ("POST", "/phase193/stoploss-guard/settings", _GUARD),
        "close_position": ("POST", "/positions/bot-1/close", {}),
        "emergency_close": ("POST", "/emergency-close", {}),
        "pause": ("POST", "/pause", {}),
        "resume": ("POST", "/resume", {}),
        "blacklist_add": ("POST", "/blacklist", {"symbols": ["ETHUSDT"]}),
        "blacklist_remove": ("DELETE", "/blacklist/ETHUSDT", None),
        "delete_lock": ("DELETE", "/locks/bot-3", None),
        "clear_kill_switch": ("DELETE", "/killswitch/ETHUSDT", None),
        "scanner_start": ("POST", "/scanner/start", None),
        "scanner_stop": ("POST", "/scanner/stop", None),
        "ticket": ("POST", "/ticket", None),
    }
    found: dict[str, Any] = {}
    for name, (method, path, body) in calls.items():
        found[name] = await _answer(rig, method, f"/api/v1{path}", body)
    document = await rig.get("/api/v1/openapi.json")
    for path, item in document["paths"].items():
        operation = item.get("get")
        if operation is None or path == "/metrics" or operation["operationId"].endswith("_plain"):
            continue
        found[operation["operationId"]] = await _answer(rig, "GET", path.format(symbol=symbol), None)
    return dict(sorted(found.items()))


async def _answer(rig: Rig, method: str, path: str, body: Any) -> Any:
    response = await rig.client.request(method, path, json=body)
    assert response.status_code == 200, f"{method} {path}: {response.text}"
    return shortened(response.json())


def shortened(value: Any) -> Any:
    """The value with the first entries of its lists, and no secret."""
    if isinstance(value, dict):
        return {key: "…" if key in ("token", "ticket") else shortened(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shortened(item) for item in value[:LONGEST]]
    return value


def main() -> int:
    """Write the file."""
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(recorded(Path(folder)))
    EXAMPLES.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n")
    sys.stdout.write(f"wrote {len(found)} examples\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
