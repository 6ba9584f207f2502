"""What can go wrong between the companion and a Freqtrade bot."""

from __future__ import annotations

from companion.ground.errors import CompanionError


class BotError(CompanionError):
    """A request to a bot failed; the message names the bot, the call and the reason."""


class BotUnreachableError(BotError):
    """No answer: refused, timed out or cut off. Whether a change arrived is not known."""


class BotSilentError(BotUnreachableError):
    """No answer within the time-out."""


class BotRefusedError(BotError):
    """The bot answered with an error status; ``detail`` is its own text."""

    def __init__(self, call: str, status: int, detail: str) -> None:
        super().__init__(f"{call}: status {status}, {detail}")
        self.status = status
        self.detail = detail


class BotLoginError(BotRefusedError):
    """The bot rejects user name and password (401, 403)."""


class BotNotFoundError(BotRefusedError):
    """What was requested does not exist (404)."""


class OtherTradeError(BotError):
    """The bot's trade of that id is not the one that was meant: SQLite gives ids of deleted trades to later ones."""


class NothingDoneError(BotError):
    """A call that cannot do anything, or that the bot accepted without doing anything."""


class BotAnswerError(BotError):
    """The answer is not what Freqtrade's API promises: not JSON, or a field that is missing or of another type."""
