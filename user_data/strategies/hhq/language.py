"""Languages of the texts that people read: a text stands in both of them, side by side."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Language(StrEnum):
    """Languages of the texts."""

    TURKISH = "tr"
    ENGLISH = "en"


class Text(NamedTuple):
    """A text in both languages; {names} in braces are filled in when it is told."""

    english: str
    turkish: str

    def told(self, language: Language) -> str:
        """Return the text in a language, as it stands."""
        return self.turkish if language is Language.TURKISH else self.english


NOT_AVAILABLE = Text("n/a", "yok")


def with_separators(number: str, language: Language) -> str:
    """Return a number that is written the English way with the separators of the language."""
    if language is Language.ENGLISH:
        return number
    return number.translate(str.maketrans(",.", ".,"))
