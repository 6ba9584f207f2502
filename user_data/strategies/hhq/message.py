"""A sentence as data: its text in both languages, and what is filled in. It becomes words when it is told."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from hhq.language import NOT_AVAILABLE, Language, Text, with_separators

NUMBER = Text("{number}", "{number}")
PERCENT = Text("{number} %", "%{number}")
PERCENT_PER_8H = Text("{number} % per 8 h", "%{number} / 8 saat")
USDT = Text("{number} USDT", "{number} USDT")


def number(value: float, decimals: int = 2, language: Language = Language.ENGLISH) -> str:
    """Return a number with at most ``decimals`` decimals, n/a for NaN.

    >>> number(1.50), number(-3.0), number(float("nan")), number(1234.5, 2, Language.TURKISH)
    ('1.5', '−3', 'n/a', '1.234,5')
    """
    if math.isnan(value):
        return NOT_AVAILABLE.told(language)
    text = f"{value:,.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "0") else with_separators(text.replace("-", "−"), language)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with at most ``decimals`` decimals; ``unit`` is a text with {number}. NaN is n/a, without the unit."""

    value: float
    decimals: int = 2
    unit: Text = NUMBER

    def told(self, language: Language) -> str:
        """Return the number in a language; the sign stands first, also before a Turkish %."""
        if math.isnan(self.value):
            return NOT_AVAILABLE.told(language)
        text = number(self.value, self.decimals, language)
        sign = "−" if text.startswith("−") else ""
        return sign + self.unit.told(language).format(number=text.removeprefix("−"))


@dataclass(frozen=True, slots=True)
class Message:
    """A text, and a value for each of its names."""

    text: Text
    values: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))

    def told(self, language: Language) -> str:
        """Return the sentence in a language."""
        words = {name: _told(value, language) for name, value in self.values.items()}
        return self.text.told(language).format(**words)


Value: TypeAlias = "str | Text | Quantity | Message"
"""What a message is made of; a ``str`` is a name or a code, the same in every language."""


def _told(value: Value, language: Language) -> str:
    return value if isinstance(value, str) else value.told(language)
