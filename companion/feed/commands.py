"""What a client of the feed may ask."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from companion.feed.channel import ChannelName
from companion.ground.errors import CompanionError

LARGEST_COMMAND = 4096
"""Characters of a command; a longer one is refused."""


class CommandError(CompanionError):
    """A message that is not a command; the text says why."""


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Subscribe(_Command):
    """Send these channels: a snapshot of each, then what changes. A channel already subscribed to is not resent."""

    op: Literal["subscribe"]
    channels: tuple[ChannelName, ...] = Field(min_length=1)


class Unsubscribe(_Command):
    """Stop sending these channels."""

    op: Literal["unsubscribe"]
    channels: tuple[ChannelName, ...] = Field(min_length=1)


class Resend(_Command):
    """Send a fresh snapshot of a channel: a number was missed."""

    op: Literal["snapshot"]
    channel: ChannelName


class Ping(_Command):
    """Answer with a pong."""

    op: Literal["ping"]


Command = Subscribe | Unsubscribe | Resend | Ping
_READER: TypeAdapter[Command] = TypeAdapter(Annotated[Command, Field(discriminator="op")])


def parse_command(text: str) -> Command:
    """Read a command. Raises CommandError, naming what is wrong."""
    if len(text) > LARGEST_COMMAND:
        raise CommandError(f"a command has at most {LARGEST_COMMAND} characters")
    try:
        return _READER.validate_json(text)
    except ValidationError as problem:
        item = problem.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in item["loc"])
        raise CommandError(f"{place}: {item['msg']}" if place else item["msg"]) from None
