"""Freqtrade's configuration: layers from config/ and, last, a layer generated for each run."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from companion.ground.layout import CONFIG, LOCALHOST, USER_DATA

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | float | bool | None"

STRATEGY = "HHQStrategy"


def replay_exchange(port: int, pairs: Sequence[str]) -> dict[str, Json]:
    """The layer that points ccxt at the replay exchange on `port` and limits the bot to `pairs`."""
    address = f"http://{LOCALHOST}:{port}"
    urls: dict[str, Json] = {
        "fapiPublic": f"{address}/fapi/v1",
        "fapiPublicV2": f"{address}/fapi/v2",
        "fapiPublicV3": f"{address}/fapi/v3",
        "fapiPrivate": f"{address}/fapi/v1",
        "fapiPrivateV2": f"{address}/fapi/v2",
        "fapiPrivateV3": f"{address}/fapi/v3",
        "fapiData": f"{address}/futures/data",
        "ws": {"linear": f"ws://{LOCALHOST}:{port}/ws"},
    }
    return {
        "exchange": {
            "name": "binance",
            "only_from_ccxt": True,
            "key": "",
            "secret": "",
            "pair_whitelist": list(pairs),
            "pair_blacklist": [],
            "ccxt_config": {
                "enableRateLimit": False,
                "options": {"fetchMarkets": {"types": ["linear"]}},
                "urls": {"api": urls},
            },
        },
        "pairlists": [{"method": "StaticPairList"}],
    }


def write_layer(path: Path, content: Mapping[str, Json], *, secret: bool = False) -> Path:
    """Write the layer of one run; with `secret` only the file's owner may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.touch(mode=0o600 if secret else 0o644)
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return path


def command(
    subcommand: str, layers: Sequence[Path], *arguments: str, user_data: Path = USER_DATA
) -> list[str]:
    """The freqtrade command line for `subcommand` with our strategy; later layers win.

    `user_data`: folder with the strategy, its parameter file and the state that it keeps across restarts.
    """
    configs = [part for layer in layers for part in ("--config", str(layer))]
    return [
        *(sys.executable, "-m", "freqtrade", subcommand),
        *configs,
        *("--userdir", str(user_data)),
        *("--strategy", STRATEGY),
        *arguments,
    ]


def layer(name: str) -> Path:
    """A layer that is part of the project: base, dry-run, live, backtest or replay."""
    return CONFIG / f"{name}.json"
