"""Where users come from, and that without any users nobody gets in from elsewhere."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from companion.__main__ import main
from companion.ground.errors import CompanionError, UsageError
from companion.ground.roles import Role
from companion.security.credentials import (
    SESSION_KEY_VARIABLE,
    USERS_VARIABLE,
    configured,
    for_server,
    is_loopback,
    new_user,
    own,
    read_users_file,
    write_users_file,
)
from companion.security.exchange_keys import (
    KEY_VARIABLE,
    SECRET_VARIABLE,
    UnsafeKeyError,
    exchange_keys,
    refuse_withdrawals,
)
from companion.security.tokens import digest_of
from companion.settings.security import SecuritySettings
from tests.security.site import FAST, PASSWORD

HASH = FAST.hash(PASSWORD)
KEY = "k" * 40


@pytest.fixture
def settings(tmp_path: Path) -> SecuritySettings:
    return SecuritySettings(users_file=str(tmp_path / "users.json"))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "hhq.example", ""])
def test_without_credentials_no_address_but_loopback_is_served(
    host: str, settings: SecuritySettings, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=r"server\.host = .*no credentials are configured"):
        for_server(host, settings, {}, FAST, tmp_path / "own.json")
    assert not (tmp_path / "own.json").exists()
    users = {USERS_VARIABLE: f"trader:trade:{HASH}"}
    assert for_server(host, settings, users, FAST, tmp_path / "own.json").users[0].name == "trader"


def test_a_login_of_our_own_does_not_open_other_addresses(settings: SecuritySettings, tmp_path: Path) -> None:
    for_server("127.0.0.1", settings, {}, FAST, tmp_path / "own.json")
    with pytest.raises(UsageError, match=r"server\.host"):
        for_server("0.0.0.0", settings, {}, FAST, tmp_path / "own.json")


def test_loopback_without_users_gets_a_login_in_a_file_that_only_the_owner_can_read(
    settings: SecuritySettings, tmp_path: Path
) -> None:
    path = tmp_path / "run" / "own.json"
    made = for_server("127.0.0.1", settings, {}, FAST, path)
    assert (made.file, made.is_new) == (path, True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    content = json.loads(path.read_text())
    user = made.user(content["username"])
    assert user is not None
    assert user.role is Role.TRADE
    assert FAST.verify(user.password_hash, content["password"])
    assert made.tokens[0].digest == digest_of(content["ws_token"])
    assert content["jwt_secret_key"].encode() != made.session_key
    again = own(path, FAST)
    assert (again.is_new, again.session_key) == (False, made.session_key)
    assert again.users[0].fingerprint == user.fingerprint
    assert content["password"] not in repr(made)
    assert set(made.secrets) == {content["password"], content["ws_token"], content["jwt_secret_key"]}


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("127.1.2.3", True), ("::1", True), ("[::1]", True), ("localhost", True)]
    + [(host, False) for host in ("0.0.0.0", "::", "10.0.0.1", "localhost.evil.example", "")],
)
def test_what_only_this_machine_can_reach(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_users_of_the_environment_take_precedence_over_those_of_the_file(settings: SecuritySettings) -> None:
    path = Path(settings.users_file)
    assert configured(settings, {}) is None
    write_users_file(path, [new_user("of-file", Role.READ, PASSWORD, FAST)], "")
    filed = configured(settings, {})
    assert filed is not None
    assert [user.name for user in filed.users] == ["of-file"]
    assert filed.session_key.decode() == read_users_file(path).session_key
    listed = configured(
        settings, {USERS_VARIABLE: f"a:trade:{HASH}; b:read:{HASH};", SESSION_KEY_VARIABLE: KEY}
    )
    assert listed is not None
    assert [(user.name, user.role) for user in listed.users] == [("a", Role.TRADE), ("b", Role.READ)]
    assert listed.session_key == KEY.encode()


@pytest.mark.parametrize(
    ("listed", "complaint"),
    [
        (f"a:trade:{HASH};b", "entry 2 is not name:role:hash"),
        (f"a:admin:{HASH}", "a role other than read and trade"),
        ("a:trade:plain-text-password", "not an Argon2 password hash"),
    ],
)
def test_users_that_cannot_be_read_are_named_without_their_secret(
    settings: SecuritySettings, listed: str, complaint: str
) -> None:
    with pytest.raises(UsageError, match=complaint) as refused:
        configured(settings, {USERS_VARIABLE: listed})
    assert HASH not in str(refused.value)
    assert "plain-text-password" not in str(refused.value)


def test_a_short_key_and_a_damaged_file_are_refused(settings: SecuritySettings) -> None:
    with pytest.raises(UsageError, match=SESSION_KEY_VARIABLE):
        configured(settings, {USERS_VARIABLE: f"a:trade:{HASH}", SESSION_KEY_VARIABLE: "short"})
    Path(settings.users_file).write_text('{"users": [{"name": "x"}]}')
    with pytest.raises(CompanionError, match="is no file of users"):
        configured(settings, {})


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a;b", "x" * 65, "a\x00"])
def test_a_name_that_could_not_be_written_down_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="no name of a user"):
        new_user(name, Role.READ, PASSWORD, FAST)


def test_a_short_password_is_refused_and_an_odd_one_is_just_wrong() -> None:
    with pytest.raises(UsageError, match="12 to 1024"):
        new_user("a", Role.READ, "short", FAST)
    assert FAST.verify(HASH, PASSWORD)
    for wrong in ("", PASSWORD + " ", "\ud800", "x" * 5000):
        assert not FAST.verify(HASH, wrong)
    assert not FAST.verify(None, "the password of nobody")
    assert not FAST.verify("no hash", PASSWORD)


def test_the_commands_store_only_hashes_and_show_a_secret_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HHQ_COMPANION__STORE__URL", f"sqlite:///{tmp_path}/a.sqlite")
    monkeypatch.setenv("HHQ_COMPANION__SECURITY__USERS_FILE", str(tmp_path / "users.json"))
    assert main(["credentials", "user", "trader", "--role", "trade"]) == 0
    password = capsys.readouterr().out.splitlines()[-1].removeprefix("password (shown once): ")
    assert main(["credentials", "token", "grafana", "--days", "2"]) == 0
    token = capsys.readouterr().out.splitlines()[-1]
    assert main(["credentials", "list"]) == 0
    listed = capsys.readouterr().out
    assert "trader  trade" in listed
    assert "grafana  read" in listed
    assert "valid" in listed
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in (password, token, token.split("_", 2)[2]):
        assert secret.encode() not in stored
        assert secret not in listed
    assert stat.S_IMODE((tmp_path / "users.json").stat().st_mode) == 0o600
    assert main(["credentials", "revoke", token.split("_")[1]]) == 0
    assert main(["credentials", "revoke", token.split("_")[1]]) == 2
    assert main(["credentials", "remove-user", "trader"]) == 0
    assert main(["credentials", "remove-user", "trader"]) == 2
    assert main(["credentials", "token", "x", "--days", "0"]) == 2
    assert main(["database", "status"]) == 0
    assert "at revision" in capsys.readouterr().out
    assert main(["database", "downgrade", "base"]) == 2
    assert main(["database", "downgrade", "base", "--yes"]) == 0
    assert "base (empty)" in capsys.readouterr().out


def test_exchange_keys_come_from_the_environment_and_are_shown_nowhere() -> None:
    assert exchange_keys({}) is None
    keys = exchange_keys({KEY_VARIABLE: "the-key", SECRET_VARIABLE: "the-secret"})
    assert keys is not None
    assert "the-" not in repr(keys)
    with pytest.raises(UsageError, match=SECRET_VARIABLE):
        exchange_keys({KEY_VARIABLE: "the-key"})


def test_a_key_with_withdrawal_permission_is_refused() -> None:
    safe = {"enableReading": True, "enableFutures": True, "enableWithdrawals": False}
    refuse_withdrawals(safe)
    for more in ("enableWithdrawals", "enableInternalTransfer", "permitsUniversalTransfer"):
        with pytest.raises(UnsafeKeyError, match="without that permission"):
            refuse_withdrawals({**safe, more: True})
    with pytest.raises(UnsafeKeyError, match="does not say"):
        refuse_withdrawals({"enableReading": True})
