"""The document of the evidence as a file: its layout, and the digest of itself by which a change shows (no signature).

The companion measures and writes it; a live bot reads it before it starts, and the companion shows what it says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

LAYOUT = 2
DEFAULT_EVIDENCE = Path("hhq") / "evidence.json"
"""Where it is in Freqtrade's user_data, unless a configuration names another place."""
EVIDENCE_DAYS = 90
"""Largest age of its newest data, unless a configuration says otherwise."""
LARGEST_EVIDENCE_DAYS = 3650
"""The most that a configuration may say."""


class EvidenceFileError(ValueError):
    """A file that is missing, damaged, of another layout or was changed; the message names it and says why."""


def with_digest(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document's content with its layout first and the digest of all of it last."""
    whole = {"layout": LAYOUT, **content}
    return {**whole, "digest": digest_of(whole)}


def digest_of(content: Mapping[str, Any]) -> str:
    """Return the digest of a document's content, its own digest left out."""
    bare = {name: value for name, value in content.items() if name != "digest"}
    return hashlib.blake2b(orjson.dumps(bare, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()


def read_evidence(path: Path) -> dict[str, Any]:
    """Read a document and check layout and digest. Raises EvidenceFileError."""
    try:
        content = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        raise EvidenceFileError(f"{path}: cannot be read: there is no such file") from None
    except (OSError, orjson.JSONDecodeError) as problem:
        raise EvidenceFileError(f"{path}: cannot be read: {problem}") from problem
    if not isinstance(content, dict) or content.get("layout") != LAYOUT:
        raise EvidenceFileError(f"{path}: not an evidence document of layout {LAYOUT}")
    if content.get("digest") != digest_of(content):
        raise EvidenceFileError(f"{path}: was changed after it was written: its digest does not match")
    return content
