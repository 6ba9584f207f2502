"""The built page in memory: its document and its files, each with the compressed forms that the build made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

BUILT = Path(__file__).with_name("built")
"""Where `make setup` builds the page to. Not versioned; a wheel carries it."""
NONCE_MARK = "__CSP_NONCE__"
"""Stands in the built document wherever the nonce of a response belongs (vite.config.ts)."""
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
"""Encodings and the ends of their files, the smallest first."""
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """A file: its type, its content, and the content in each encoding that there is."""

    media_type: str
    content: bytes
    encoded: Mapping[str, bytes]
    tag: str


@dataclass(frozen=True, slots=True)
class Build:
    """The document with the mark of the nonce, and the files by their path below the build."""

    document: str
    files: Mapping[str, BuiltFile]


def read_build(folder: Path = BUILT) -> Build | None:
    """The build in a folder; None where there is none.

    It is read once, at the start: what is served stays of one build, whatever happens to the folder.
    """
    document = folder / "index.html"
    if not document.is_file():
        return None
    files = {
        path.relative_to(folder).as_posix(): _file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in _TYPES
    }
    return Build(document.read_text(encoding="utf-8"), MappingProxyType(files))


def _file(path: Path) -> BuiltFile:
    content = path.read_bytes()
    encoded = {}
    for name, end in ENCODINGS:
        other = path.with_name(path.name + end)
        if other.is_file():
            encoded[name] = other.read_bytes()
    tag = hashlib.blake2b(content, digest_size=12).hexdigest()
    return BuiltFile(_TYPES[path.suffix], content, MappingProxyType(encoded), tag)
