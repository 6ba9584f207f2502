"""No secret in a log, in an exception or in the audit log."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from companion.ground.redaction import HIDDEN, Redactor, protect_logging, without_secrets

SECRET = "s3cr3t-value-of-the-key"
TOKEN = "hhq_0123456789abcdef_" + "Ab-_" * 10
SHAPES = [
    f"postgresql://hhq:{SECRET}@db.example/hhq",
    f"Authorization: Bearer {SECRET}",
    f"GET /ws/feed?ticket={SECRET}&x=1",
    f'{{"password": "{SECRET}"}}',
    f"api_key='{SECRET}'",
    f"X-MBX-APIKEY: {SECRET}",
    f"token {TOKEN} given",
    "cookie hhq_session=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl",
    "hash $argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2g",
]


@pytest.mark.parametrize("text", SHAPES)
def test_whatever_has_the_shape_of_a_secret_is_hidden(text: str) -> None:
    redacted = Redactor()(text)
    assert HIDDEN in redacted
    for secret in (SECRET, TOKEN, "c2lnbmF0dXJl", "aGFzaGhhc2g"):
        assert secret not in redacted


def test_ordinary_lines_stay_as_they_are() -> None:
    lines = [
        "BTC/USDT:USDT SCORE_PASS 71.5 key level, token bucket at 60 %",
        "GET /api/v1/coins/BTCUSDT 200 http://127.0.0.1:8090",
        "postgresql+psycopg://hhq:***@db.example/hhq",
    ]
    assert [Redactor()(line) for line in lines] == lines


OTHER = st.text("0123456789 .,/-")


@given(OTHER, st.text("abcdefXYZ_-+=$", min_size=6), OTHER)
def test_a_known_secret_is_hidden_wherever_it_stands(before: str, secret: str, after: str) -> None:
    assume(secret.strip("-") not in before + after)
    redacted = Redactor([secret])(f"{before}{secret}{after}")
    assert redacted == f"{before}{HIDDEN}{after}"


def test_variables_whose_names_speak_of_secrets_are_recognised() -> None:
    redactor = Redactor.of_environment(
        {
            "HHQ_DATABASE_PASSWORD": "first-secret",
            "X_KEY_FILE": "/run/a-file",
            "HOME": "/home/hhq",
            "A_TOKEN": "x",
        },
        ["second-secret"],
    )
    assert redactor("first-secret second-secret /run/a-file /home/hhq x") == "*** *** /run/a-file /home/hhq x"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What a handler writes that was added before the protection and does not know about it."""
    factory, hook = logging.getLogRecordFactory(), sys.excepthook
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    logger = logging.getLogger("companion.tests")
    logger.addHandler(handler)
    protect_logging(Redactor([SECRET]))
    yield output
    logger.removeHandler(handler)
    logging.setLogRecordFactory(factory)
    sys.excepthook = hook


def test_messages_arguments_and_traces_are_redacted_where_they_are_made(logged: io.StringIO) -> None:
    logger = logging.getLogger("companion.tests")
    logger.warning("with %s and %d", SECRET, 7)
    logger.warning("plain %s", "words")
    try:
        raise RuntimeError(f"no entry with {SECRET}")
    except RuntimeError:
        logger.exception("failed", stack_info=True)
    text = logged.getvalue()
    assert SECRET not in text
    assert "with *** and 7" in text
    assert "plain words" in text
    assert "RuntimeError: no entry with ***" in text


def test_an_uncaught_exception_shows_no_secret(
    logged: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    error = RuntimeError(SECRET)
    sys.excepthook(RuntimeError, error, None)
    assert capsys.readouterr().err.strip() == "RuntimeError: ***"
    assert logged.getvalue() == ""


def test_protecting_twice_redacts_with_the_newest(logged: io.StringIO) -> None:
    protect_logging(Redactor([SECRET, "another-secret"]))
    logging.getLogger("companion.tests").warning("%s another-secret", SECRET)
    assert logged.getvalue() == "*** ***\n"


def test_values_under_the_names_of_secrets_are_not_kept() -> None:
    given_values = {
        "max_positions": 5,
        "bot": [{"password": "x", "apiKey": "y", "url": "z", "settings_hash": "h"}],
        "session_key": "k",
        "token": None,
        "key": "kill.BTC",
    }
    assert without_secrets(given_values) == {
        "max_positions": 5,
        "bot": [{"password": HIDDEN, "apiKey": HIDDEN, "url": "z", "settings_hash": "h"}],
        "session_key": HIDDEN,
        "token": None,
        "key": "kill.BTC",
    }
