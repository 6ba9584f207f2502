"""How a position or lock of one of several bots is named outside: ``bot-12``."""

from __future__ import annotations


def outer_id(bot: str, number: int) -> str:
    """The name of number ``number`` of a bot."""
    return f"{bot}-{number}"


def inner_id(name: str) -> tuple[str, int] | None:
    """Bot and number of a name, None for a text that is none."""
    bot, dash, number = name.rpartition("-")
    if not (dash and bot and number.isascii() and number.isdigit() and len(number) < 16):
        return None
    return bot, int(number)
