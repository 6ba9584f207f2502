"""How the page is served: its document, its policy, its files, and what stays the API's."""

from __future__ import annotations

import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from companion.page.build import NONCE_MARK, read_build
from companion.page.policy import content_security_policy
from companion.page.routes import accepted_encodings, page_routes
from tests.api.rig import Rig, rig_in

SCRIPT = b"console.log('a page')\n" * 40
BASE = "http://127.0.0.1:8090"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "built"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(f'<script nonce="{NONCE_MARK}" src="/page/assets/a.js"></script>')
    (folder / "assets" / "a.js").write_bytes(SCRIPT)
    (folder / "assets" / "a.js.gz").write_bytes(gzip.compress(SCRIPT))
    (folder / "assets" / "a.js.br").write_bytes(b"what brotli made of it")
    (folder / "icon.svg").write_text("<svg/>")
    return folder


@pytest.fixture
def app(built: Path) -> Starlette:
    return Starlette(routes=page_routes(read_build(built)))


@pytest.fixture
async def client(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as found:
        yield found


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/", "/page", "/page/portfolio", "/page/coin/BTC"])
async def test_every_address_of_the_page_gives_the_document(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert (await client.head(path)).status_code == 200


@pytest.mark.anyio
async def test_each_document_has_a_nonce_of_its_own_and_its_policy_names_it(
    client: httpx.AsyncClient,
) -> None:
    nonces = set()
    for _ in range(3):
        answer = await client.get("/")
        (nonce,) = re.findall(r'nonce="([^"]+)"', answer.text)
        policy = answer.headers["content-security-policy"]
        assert f"script-src 'self' 'nonce-{nonce}'" in policy
        assert f"style-src 'self' 'nonce-{nonce}'" in policy
        nonces.add(nonce)
    assert len(nonces) == 3
    assert NONCE_MARK not in nonces


def test_the_policy_allows_nothing_that_is_not_ours() -> None:
    policy = content_security_policy("abc", "127.0.0.1:8090", secure=False)
    assert policy.startswith("default-src 'none'; ")
    for directive in ("frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
        assert directive in policy.split("; ")
    assert "connect-src 'self' ws://127.0.0.1:8090" in policy.split("; ")
    assert "unsafe" not in policy
    assert "wss://[::1]:8090" in content_security_policy("abc", "[::1]:8090", secure=True)


@pytest.mark.parametrize("authority", ["", "x; script-src *", "a@127.0.0.1", "127.0.0.1:1 *", "a,b"])
def test_what_is_no_host_does_not_get_into_the_policy(authority: str) -> None:
    policy = content_security_policy("abc", authority, secure=False)
    assert "connect-src 'self';" in policy
    assert policy.count("script-src") == 1


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("*", "br"),
        ("identity", None),
        ("br;q=0.0, gzip;q=0", None),
    ],
)
async def test_files_are_sent_in_the_smallest_form_that_is_taken(
    client: httpx.AsyncClient, accepted: str, encoding: str | None
) -> None:
    request = client.build_request("GET", "/page/assets/a.js", headers={"accept-encoding": accepted})
    answer = await client.send(request, stream=True)
    raw = b"".join([part async for part in answer.aiter_raw()])
    wanted = {"br": b"what brotli made of it", "gzip": gzip.compress(SCRIPT), None: SCRIPT}[encoding]
    assert answer.headers.get("content-encoding") == encoding
    assert (gzip.decompress(raw) == SCRIPT) if encoding == "gzip" else (raw == wanted)
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    again = {"accept-encoding": accepted, "if-none-match": answer.headers["etag"]}
    assert (await client.get("/page/assets/a.js", headers=again)).status_code == 304


@pytest.mark.anyio
async def test_a_file_without_a_digest_in_its_name_is_asked_for_again(client: httpx.AsyncClient) -> None:
    answer = await client.get("/page/icon.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["gone.js", "a.js.br", "%2e%2e/index.html", "..%2f..%2fbuild.py"])
async def test_a_file_that_is_not_there_is_never_the_document(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(f"/page/assets/{name}")).status_code == 404


def test_encodings_are_read_as_the_standard_says() -> None:
    assert accepted_encodings("GZIP ; q=1.0, br; q=0") == frozenset({"gzip"})
    assert accepted_encodings("*, br;q=0") == frozenset({"*", "gzip"})


def test_without_a_document_there_is_no_build(tmp_path: Path) -> None:
    assert read_build(tmp_path) is None


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with rig_in(tmp_path) as running:
        running.client.headers.pop("authorization")
        yield running


@pytest.mark.anyio
async def test_the_page_needs_no_login_and_its_headers_keep_browsers_in_check(rig: Rig) -> None:
    answer = await rig.client.get("/")
    assert answer.status_code in (200, 503)
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; ")


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/nothing", "/nothing", "/page/assets/nothing.js"])
async def test_an_unknown_path_stays_a_problem(rig: Rig, path: str) -> None:
    found = await rig.problem("GET", path, 404)
    assert found["type"] == "urn:hhq:problem:not-found"


@pytest.mark.anyio
async def test_without_a_build_a_plain_page_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("companion.page.routes.read_build", lambda: None)
    async with rig_in(tmp_path) as running:
        answer = await running.client.get("/")
        assert answer.status_code == 503
        assert "make setup" in answer.text
        assert (await running.client.get("/api/v1/positions")).status_code == 200
