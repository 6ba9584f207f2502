"""The generated market of the scanner's tests."""

from __future__ import annotations

from tests.scanner.conftest import bar, generated_folder, market

__all__ = ["bar", "generated_folder", "market"]
