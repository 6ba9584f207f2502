"""The typed client: what it accepts, what it refuses, and how it reports errors."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from companion.bot import errors
from companion.bot.client import BotClient
from companion.bot.connection import BotConnection, Patience
from companion.bot.login import BotLogin, login_of
from companion.bot.models import Balance
from companion.ground.ports import any_free
from tests.bot import answers
from tests.bot.scripted_bot import ScriptedBot

T = TypeVar("T")


def ask(url: str, call: Callable[[BotClient], Awaitable[T]], seconds: float = 5.0) -> T:
    async def once() -> T:
        client = BotClient(BotConnection("bot", url, BotLogin("user", "word"), Patience(seconds, seconds)))
        try:
            return await call(client)
        finally:
            await client.close()

    return asyncio.run(once())


def test_fields_that_we_do_not_know_are_left_out(bot: ScriptedBot) -> None:
    bot.content["GET status"] = [answers.trade(1)]
    (position,) = ask(bot.url, lambda client: client.status())
    assert position.trade_id == 1
    assert not hasattr(position, "a_field_of_tomorrow")


def test_a_missing_field_is_an_error_that_names_call_and_field(bot: ScriptedBot) -> None:
    del bot.content["GET balance"]["total"]
    with pytest.raises(errors.BotAnswerError, match=r"bot: GET /balance: total: Field required"):
        ask(bot.url, lambda client: client.balance())


def test_the_content_of_a_wrong_answer_is_not_repeated(bot: ScriptedBot) -> None:
    bot.content["GET balance"]["total"] = "a secret of the wallet"
    with pytest.raises(errors.BotAnswerError) as problem:
        ask(bot.url, lambda client: client.balance())
    assert "secret" not in str(problem.value)


def test_what_freqtrade_could_not_compute_is_not_available(bot: ScriptedBot) -> None:
    bot.content["GET status"] = [answers.trade(1, current_rate=None, total_profit_abs=None)]
    (position,) = ask(bot.url, lambda client: client.status())
    assert position.current_rate is None


@pytest.mark.parametrize(
    "status, kind",
    [
        (401, errors.BotLoginError),
        (403, errors.BotLoginError),
        (404, errors.BotNotFoundError),
        (502, errors.BotRefusedError),
    ],
)
def test_an_error_status_is_an_error_with_the_bots_own_words(
    bot: ScriptedBot, status: int, kind: type[errors.BotRefusedError]
) -> None:
    bot.failures["GET locks"] = status
    with pytest.raises(kind, match="Error querying locks: as scripted") as problem:
        ask(bot.url, lambda client: client.locks())
    assert type(problem.value) is kind
    assert problem.value.status == status


def test_an_answer_that_is_not_json_is_a_wrong_answer(bot: ScriptedBot) -> None:
    bot.raw["GET whitelist"] = b"<html>"
    with pytest.raises(errors.BotAnswerError, match="GET /whitelist"):
        ask(bot.url, lambda client: client.whitelist())


def test_silence_is_an_error_that_says_how_long_the_wait_was(bot: ScriptedBot) -> None:
    bot.silent = True
    with pytest.raises(errors.BotSilentError, match=r"no answer within 0\.2 s"):
        ask(bot.url, lambda client: client.status(), seconds=0.2)


def test_a_closed_port_is_unreachable_at_once() -> None:
    with pytest.raises(errors.BotUnreachableError) as problem:
        ask(f"http://127.0.0.1:{any_free()}", lambda client: client.ping())
    assert not isinstance(problem.value, errors.BotSilentError)


def test_every_error_is_a_bot_error() -> None:
    kinds = (
        errors.BotAnswerError,
        errors.BotLoginError,
        errors.BotNotFoundError,
        errors.BotRefusedError,
        errors.BotSilentError,
    )
    assert all(issubclass(kind, errors.BotError) for kind in kinds)


def test_pages_are_read_until_the_last_trade(bot: ScriptedBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("companion.bot.client.MOST_TRADES", 2)
    stored = [answers.closed(number) for number in range(1, 6)]

    def pages(query: dict[str, str]) -> dict[str, object]:
        offset, limit = int(query["offset"]), int(query["limit"])
        part = stored[offset : offset + limit]
        return {"trades": part, "trades_count": len(part), "offset": offset, "total_trades": len(stored)}

    bot.content["GET trades"] = pages
    assert [trade.trade_id for trade in ask(bot.url, lambda client: client.all_trades())] == [1, 2, 3, 4, 5]
    assert [trade.trade_id for trade in ask(bot.url, lambda client: client.all_trades(3))] == [4, 5]


def test_all_positions_are_closed_by_one_call(bot: ScriptedBot) -> None:
    bot.content["POST forceexit"] = {"result": "Created exit orders for all open trades."}
    assert ask(bot.url, lambda client: client.force_exit(None)).startswith("Created")
    assert bot.asked("POST forceexit")[0]["tradeid"] == "all"


def test_an_answer_cannot_be_changed() -> None:
    balance = Balance.model_validate(answers.of_a_quiet_bot()["GET balance"])
    with pytest.raises(ValueError, match="frozen"):
        setattr(balance, "total", 0.0)  # noqa: B010 (the checker refuses the plain assignment too)


def test_a_bots_own_login_takes_precedence_over_freqtrades_and_is_never_shown() -> None:
    shared = {"FREQTRADE__API_SERVER__USERNAME": "hhq", "FREQTRADE__API_SERVER__PASSWORD": "pass"}
    own = shared | {"HHQ_BOT_SECOND_PASSWORD": "other"}
    assert login_of("first", own) == BotLogin("hhq", "pass")
    second = login_of("second", own)
    assert second == BotLogin("hhq", "other")
    assert "other" not in repr(second)
    assert not login_of("bot", {}).complete
