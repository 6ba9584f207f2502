"""Public ids of the positions and locks of several bots: ``bot-12``."""

from __future__ import annotations


def outer_id(bot: str, number: int) -> str:
    """The public id of a bot's number ``number``."""
    return f"{bot}-{number}"


def inner_id(name: str) -> tuple[str, int] | None:
    """Bot and number of a public id; None for any other text."""
    bot, dash, number = name.rpartition("-")
    if not (dash and bot and number.isascii() and number.isdigit() and len(number) < 16):
        return None
    return bot, int(number)
