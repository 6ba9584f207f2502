"""The page's types of the API: `python -m tests.api.page_types` writes them from the application, `--check` compares.

Node.js is the environment's own; `npm ci` has to have run in companion/dashboard (`make setup` does).
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import orjson

from companion.ground.layout import ROOT
from tests.api.rig import rig_in

DASHBOARD = ROOT / "companion" / "dashboard"
TYPES = DASHBOARD / "src" / "api" / "schema.d.ts"
_GENERATOR = DASHBOARD / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
_PREFIX = "/api/v1/"
_FOR_EXAMPLE = ("example", "examples")


async def document_of_the_page(folder: Path) -> bytes:
    """The application's document without the paths that the page does not use, and without examples."""
    async with rig_in(folder) as rig:
        whole = await rig.get("/api/v1/openapi.json")
    whole["paths"] = {path: item for path, item in whole["paths"].items() if path.startswith(_PREFIX)}
    return orjson.dumps(_without_examples(whole), option=orjson.OPT_SORT_KEYS)


def mark_of(document: bytes) -> str:
    """First line of the types: which document they were made from."""
    digest = hashlib.blake2b(document, digest_size=12).hexdigest()
    return f"// Made from the OpenAPI document {digest} by `make page-types`; do not edit.\n"


def _without_examples(node: Any, *, names: bool = False) -> Any:
    """``names``: the keys of this object are names of fields, not words of the schema."""
    if isinstance(node, dict):
        return {
            key: _without_examples(value, names=key == "properties" and not names)
            for key, value in node.items()
            if names or key not in _FOR_EXAMPLE
        }
    return [_without_examples(item) for item in node] if isinstance(node, list) else node


def _types_of(document: bytes, folder: Path) -> str:
    given, made = folder / "openapi.json", folder / "schema.d.ts"
    given.write_bytes(document)
    node = Path(sys.executable).with_name("node")
    command = [str(node) if node.exists() else "node", str(_GENERATOR), str(given), "-o", str(made)]
    subprocess.run(command, check=True, capture_output=True, cwd=DASHBOARD, env=dict(os.environ))
    return mark_of(document) + made.read_text(encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Write the file, or say whether it is what it should be."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = _types_of(asyncio.run(document_of_the_page(Path(folder))), Path(folder))
    if arguments != ["--check"]:
        TYPES.write_text(wanted, encoding="utf-8")
        return 0
    if TYPES.read_text(encoding="utf-8") == wanted:
        return 0
    sys.stderr.write(f"{TYPES.relative_to(ROOT)} is not what the API says: make page-types\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
