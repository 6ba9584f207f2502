"""schemathesis over the OpenAPI document of a served application: `python -m tests.api.fuzz`."""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path

from tests.api.bots import closed, remember, with_a_position, with_locks
from tests.api.rig import NOBODY, TRADER, rig_in
from tests.api.server import served_here
from tests.bot.scripted_bot import ScriptedBot

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
VERSIONED = r"^/(api/v1/|health|ready|metrics)"
"""The unversioned paths of existing clients are the same routes again."""


async def fuzz(folder: Path, *, examples: int, seed: int, is_down: bool) -> subprocess.CompletedProcess[str]:
    """Run schemathesis; with ``is_down`` the bot does not answer, else it has a position, locks and a history."""
    with ExitStack() as bots:
        url = NOBODY
        if not is_down:
            bot = bots.enter_context(ScriptedBot())
            with_a_position(bot)
            with_locks(bot)
            bot.content["POST reload_config"] = {"status": "Reloading config ..."}
            for call in ("POST", "DELETE", "GET"):
                bot.content[f"{call} blacklist"] = {
                    "blacklist": ["ETH/USDT:USDT"],
                    "blacklist_expanded": [],
                    "errors": {},
                }
            url = bot.url
        async with AsyncExitStack() as stack:
            rig = await stack.enter_async_context(rig_in(folder, url))
            assert rig.services.store is not None
            now = rig.services.clock.now_ms()
            await remember(
                rig.services.store, *(closed(k, closed_ms=now - k * 1000, net=k - 12.5) for k in range(25))
            )
            for watch in rig.services.bots:
                await watch.refresh()
            async with served_here(rig.app) as address:
                return await asyncio.to_thread(_run, address, examples, seed, folder)


def _run(address: str, examples: int, seed: int, folder: Path) -> subprocess.CompletedProcess[str]:
    line = [
        *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(CONFIGURATION)),
        *("run", f"{address}/api/v1/openapi.json", "--header", f"Authorization: Bearer {TRADER}"),
        *("--include-path-regex", VERSIONED, "--phases", "examples,coverage,fuzzing"),
        *("--max-examples", str(examples), "--seed", str(seed), "--generation-database", "none"),
        *("--warnings", "off", "--no-color"),
    ]
    # It writes its cache of failures to where it runs.
    return subprocess.run(line, cwd=folder, capture_output=True, text=True, timeout=3000, check=False)


def main() -> int:
    """Both bots; exit status 1 for any failure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=50, help="cases an operation")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    failed = False
    for is_down in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            work = fuzz(Path(folder), examples=options.examples, seed=options.seed, is_down=is_down)
            done = asyncio.run(work)
        sys.stdout.write(done.stdout + done.stderr)
        failed |= done.returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
