"""Who gets in (sessions, tokens, roles), and what another site's page cannot do."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import jwt
import pytest

from companion.ground.roles import Role
from companion.security import sessions, tokens
from companion.security.access import COOKIE, CSRF_HEADER
from companion.security.credentials import Credentials
from companion.security.sessions import Claims, Signature
from companion.settings.security import SecuritySettings
from tests.manual_clock import START_MS
from tests.security.site import BASE, KEY, PASSWORD, READ_TOKEN, TRADE_TOKEN, Site, bearer, play

DAY_MS = 86_400_000


def test_missing_wrong_and_malformed_credentials_get_no_answer(tmp_path: Path) -> None:
    async def scene(site: Site) -> None:
        wrong = [
            {},
            bearer("wrong"),
            bearer(""),
            bearer("hhq_0123456789abcdef_" + "x" * 43),
            {"Authorization": f"Basic {TRADE_TOKEN}"},
            {"Authorization": TRADE_TOKEN},
            {"Cookie": f"{COOKIE}=wrong"},
            {"Cookie": f"{COOKIE}={TRADE_TOKEN}"},
        ]
        for headers in wrong:
            for answer in (
                await site.client.get("/see", headers=headers),
                await site.client.post("/change", headers={**headers, "Origin": BASE}),
            ):
                assert answer.status_code == 401, headers
                assert answer.json()["detail"] == "the credentials are missing, wrong or expired"
                assert answer.headers["www-authenticate"] == "Bearer"

    play(tmp_path, scene)


def test_roles_open_what_they_cover(tmp_path: Path) -> None:
    async def scene(site: Site) -> None:
        for token, may_change in ((TRADE_TOKEN, True), (READ_TOKEN, False)):
            assert (await site.client.get("/see", headers=bearer(token))).status_code == 200
            answer = await site.client.post("/change", headers=bearer(token))
            assert answer.status_code == (200 if may_change else 403)
        for name, may_change in (("trader", True), ("reader", False)):
            headers = await site.page(name)
            assert (await site.client.get("/see")).json()["who"] == name
            answer = await site.client.post("/change", headers=headers)
            assert answer.status_code == (200 if may_change else 403)

    play(tmp_path, scene)


def test_a_stored_token_works_until_it_is_revoked_or_expires_and_is_nowhere_in_the_database(
    tmp_path: Path,
) -> None:
    async def scene(site: Site) -> None:
        make = partial(tokens.create, name="grafana", role=Role.READ, now_ms=START_MS, days=1.0)
        short, _ = await site.store.write(make)
        long, stored = await site.store.write(partial(make, days=30.0))
        for text in (short, long):
            assert (await site.client.get("/see", headers=bearer(text))).json()["who"] == "grafana"
            changed = text[:-1] + ("A" if text[-1] != "A" else "B")
            assert (await site.client.get("/see", headers=bearer(changed))).status_code == 401
        site.clock.turn(86_400.0)
        assert (await site.client.get("/see", headers=bearer(short))).status_code == 401
        assert (await site.client.get("/see", headers=bearer(long))).status_code == 200
        revoke = partial(tokens.revoke, token_id=stored.id, now_ms=START_MS)
        assert await site.store.write(revoke)
        assert not await site.store.write(revoke)
        assert (await site.client.get("/see", headers=bearer(long))).status_code == 401
        content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert short.encode() not in content
        assert long.split("_", 2)[2].encode() not in content

    play(tmp_path, scene)


def test_the_cookie_of_a_session_can_be_read_by_no_script_and_goes_to_no_other_site(tmp_path: Path) -> None:
    async def scene(site: Site) -> None:
        cookie = (await site.login()).headers["set-cookie"].lower()
        assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/"))
        assert "secure" not in cookie
        secure = await site.client.post(
            "https://localhost/api/v1/login", json={"username": "trader", "password": PASSWORD}
        )
        assert "secure" in secure.headers["set-cookie"].lower()
        assert "max-age=31536000" in secure.headers["strict-transport-security"]

    play(tmp_path, scene)


def test_a_session_ends_with_its_time_with_the_logout_and_with_the_password(tmp_path: Path) -> None:
    async def scene(site: Site) -> None:
        headers = await site.page()
        kept = site.client.cookies[COOKIE]
        assert (await site.client.post("/api/v1/logout", headers=headers)).status_code == 204
        assert COOKIE not in site.client.cookies
        assert (await site.client.get("/see", headers={"Cookie": f"{COOKIE}={kept}"})).status_code == 401
        await site.page()
        site.clock.turn(3600.0)
        assert (await site.client.get("/see")).status_code == 401
        await site.page()
        user = site.users[0]
        other = type(user)(user.name, user.role, user.password_hash, "another")
        site.access._credentials = Credentials((other,), KEY)
        assert (await site.client.get("/see")).status_code == 401
        site.access._credentials = Credentials((), KEY)
        assert (await site.client.get("/see")).status_code == 401

    play(tmp_path, scene)


def test_use_renews_a_session_but_not_beyond_its_maximum_lifetime(tmp_path: Path) -> None:
    async def scene(site: Site) -> None:
        headers = await site.page()
        for _ in range(11):
            site.clock.turn(600.0)
            answer = await site.client.post("/api/v1/session/renew", headers=headers)
            assert answer.status_code == 200
        assert answer.json()["expires_ms"] == START_MS + 7_200_000
        site.clock.turn(600.0)
        assert (await site.client.get("/see")).status_code == 401
        assert (await site.client.post("/api/v1/session/renew", headers=headers)).status_code == 401
        token = await site.client.post("/api/v1/session/renew", headers=bearer(TRADE_TOKEN))
        assert token.status_code == 401

    play(tmp_path, scene, SecuritySettings(session_hours=2.0))


def test_sessions_that_are_not_ours_or_were_changed_open_nothing(tmp_path: Path) -> None:
    async def scene(site: Site) -> None:
        await site.page()
        mine = site.client.cookies[COOKIE]
        content = jwt.decode(mine, options={"verify_signature": False})
        site.client.cookies.clear()
        far = content | {"exp": content["exp"] + 10**6}
        forged = [
            jwt.encode(content, "another key of at least thirty-two bytes", "HS256"),
            jwt.encode(content, "", "none"),
            jwt.encode(content | {"aud": "freqtrade"}, KEY, "HS256"),
            jwt.encode(content | {"sub": "nobody"}, KEY, "HS256"),
            jwt.encode(content | {"jti": "never begun"}, KEY, "HS256"),
            jwt.encode(content | {"exp": "tomorrow"}, KEY, "HS256"),
            jwt.encode({k: v for k, v in content.items() if k != "fpr"}, KEY, "HS256"),
            mine[:-4] + "AAAA",
            ".".join(
                [mine.split(".")[0], jwt.encode(far, "x" * 32, "HS256").split(".")[1], mine.split(".")[2]]
            ),
        ]
        for text in forged:
            answer = await site.client.get("/see", headers={"Cookie": f"{COOKIE}={text}"})
            assert answer.status_code == 401, text
        assert (await site.client.get("/see", headers={"Cookie": f"{COOKIE}={mine}"})).status_code == 200

    play(tmp_path, scene)


def test_a_change_by_cookie_needs_our_own_origin_and_the_token_of_the_session(tmp_path: Path) -> None:
    async def scene(site: Site) -> None:
        headers = await site.page()
        token = headers[CSRF_HEADER]
        refused = [
            {},
            {"Origin": BASE},
            {CSRF_HEADER: token},
            {"Origin": BASE, CSRF_HEADER: "wrong"},
            {"Origin": BASE, CSRF_HEADER: "ü"},
            {"Origin": "http://127.0.0.1:8080", CSRF_HEADER: token},
            {"Origin": "http://evil.example", CSRF_HEADER: token},
            {"Origin": "null", CSRF_HEADER: token},
            {"Sec-Fetch-Site": "same-site", CSRF_HEADER: token},
        ]
        for given in refused:
            raw = {name.encode(): value.encode() for name, value in given.items()}
            assert (await site.client.post("/change", headers=raw)).status_code == 403, given
        accepted = [headers, {"Sec-Fetch-Site": "same-origin", CSRF_HEADER: token}]
        for given in accepted:
            assert (await site.client.post("/change", headers=given)).status_code == 200, given
        assert (await site.client.get("/see")).status_code == 200
        assert (await site.client.get("/api/v1/session")).json()["csrf_token"] == token
        session = await site.client.get("/api/v1/session", headers=bearer(READ_TOKEN))
        assert session.json()["csrf_token"] == ""

    play(tmp_path, scene)


def test_only_a_listed_origin_may_read_with_a_token(tmp_path: Path) -> None:
    listed = "https://hhq.example"

    async def scene(site: Site) -> None:
        for origin, expected in ((listed, listed), ("https://evil.example", None), (BASE, None)):
            answer = await site.client.get("/see", headers={**bearer(READ_TOKEN), "Origin": origin})
            assert answer.headers.get("access-control-allow-origin") == expected
            assert "access-control-allow-credentials" not in answer.headers
            asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
            assert (await site.client.options("/change", headers=asked)).is_success == (origin == listed)

    play(tmp_path, scene, SecuritySettings(allowed_origins=(listed,)))


def test_a_foreign_name_for_this_machine_is_refused(tmp_path: Path) -> None:
    async def scene(site: Site) -> None:
        for host, status in (
            ("evil.example:8090", 421),
            ("127.0.0.1.evil.example", 421),
            ("", 421),
            ("localhost:9999", 200),
            ("[::1]:8090", 200),
            ("companion:8090", 200),
            ("hhq.example", 200),
        ):
            answer = await site.client.get("/see", headers={**bearer(READ_TOKEN), "Host": host})
            assert answer.status_code == status, host
            body = {"username": "trader", "password": PASSWORD}
            login = await site.client.post("/api/v1/login", json=body, headers={"Host": host})
            assert login.status_code == status, host

    play(
        tmp_path,
        scene,
        SecuritySettings(allowed_hosts=("companion",), allowed_origins=("https://hhq.example",)),
    )


def test_another_site_cannot_log_somebody_in(tmp_path: Path) -> None:
    async def scene(site: Site) -> None:
        body = {"username": "trader", "password": PASSWORD}
        for origin, status in (("https://evil.example", 403), ("null", 403), (BASE, 200)):
            answer = await site.client.post("/api/v1/login", json=body, headers={"Origin": origin})
            assert answer.status_code == status

    play(tmp_path, scene)


def test_every_answer_carries_the_security_headers_and_is_cached_by_nobody(tmp_path: Path) -> None:
    async def scene(site: Site) -> None:
        for answer in (await site.client.get("/see"), await site.client.get("/nowhere"), await site.login()):
            assert answer.headers["content-security-policy"].startswith("default-src 'self';")
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["x-frame-options"] == "DENY"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert answer.headers["cache-control"] == "no-store"

    play(tmp_path, scene)


def test_the_openapi_document_shows_how_to_authenticate(tmp_path: Path) -> None:
    async def scene(site: Site) -> None:
        document = site.app.openapi()
        assert document["paths"]["/change"]["post"]["security"] == [{"bearer": []}, {"session": []}]
        assert "security" not in document["paths"]["/api/v1/login"]["post"]
        schemes = document["components"]["securitySchemes"]
        assert schemes["session"] | {"description": ""} == {
            "type": "apiKey",
            "in": "cookie",
            "name": COOKIE,
            "description": "",
        }

    play(tmp_path, scene)


def test_the_given_clock_decides_whether_a_session_has_expired() -> None:
    signature = Signature(KEY)
    claims = Claims("id", "trader", "print", START_MS, START_MS + 60_000)
    text = signature.sign(claims)
    assert signature.read(text, START_MS + 59_999) == claims
    assert signature.read(text, START_MS + 60_000) is None
    assert signature.csrf_token("id") != signature.csrf_token("other")


def test_old_sessions_are_forgotten(tmp_path: Path) -> None:
    async def scene(site: Site) -> None:
        await site.page()
        assert await site.store.write(partial(sessions.forget_old, now_ms=START_MS + DAY_MS)) == 0
        assert await site.store.write(partial(sessions.forget_old, now_ms=START_MS + 2 * DAY_MS)) == 1

    play(tmp_path, scene)


@pytest.mark.parametrize(
    "origin",
    ["*", "https://*.example", "hhq.example", "https://hhq.example/", "file:///x", "https://u@h.example"],
)
def test_an_invalid_origin_is_refused_with_the_name_of_the_setting(origin: str) -> None:
    with pytest.raises(ValueError, match="allowed_origins"):
        SecuritySettings(allowed_origins=(origin,))
