"""Refusals: one shape, the field by its name, no trace, an id that the log has too."""

from __future__ import annotations

import logging

import httpx
import pytest

from companion.api.boundary import LARGEST_BODY
from tests.api.rig import BASE, TRADER, Rig, bearer

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("method", "path", "request_", "field"),
    [
        ("GET", "/opportunities?nonsense=1", {}, "nonsense"),
        ("GET", "/api/v1/opportunities?limit=0", {}, "limit"),
        ("GET", "/opportunities?limit=1&limit=2", {}, "limit"),
        ("GET", "/opportunities?min_score=nan", {}, "min_score"),
        ("GET", "/opportunities?gate=NOWHERE", {}, "gate"),
        ("GET", "/funnel?x", {}, "x"),
        ("GET", "/api/v1/session?x=1", {}, "x"),
        ("POST", "/emergency-close", {"json": {"tokn": "a"}}, "tokn"),
        ("POST", "/emergency-close", {"json": {"pause": "yes"}}, "pause"),
        ("POST", "/phase193/stoploss-guard/settings", {"json": {"lookback": 60}}, "lookback"),
        ("POST", "/phase193/stoploss-guard/settings", {"json": {"max_stoplosses": 0}}, "max_stoplosses"),
        ("POST", "/phase193/hyperopt/run", {"json": {"n_trials": 0}}, "n_trials"),
        ("PATCH", "/settings", {"json": {"changes": {"signal.nonsense": 1}}}, "changes.signal.nonsense"),
        (
            "PATCH",
            "/settings",
            {"json": {"changes": {"signal.z_score_threshold": 9}}},
            "changes.signal.z_score_threshold",
        ),
        ("POST", "/blacklist", {"json": {"symbols": []}}, "symbols"),
        ("POST", "/blacklist", {"content": b"{"}, "body"),
    ],
)
async def test_the_field_that_is_wrong_is_named(
    rig: Rig, method: str, path: str, request_: dict[str, object], field: str
) -> None:
    problem = await rig.problem(method, path, 422, **request_)
    assert problem["type"] == "urn:hhq:problem:invalid-request"
    assert field in [error["field"] for error in problem["errors"]]
    assert field in problem["detail"]


async def test_unknown_paths_and_methods_are_problems_too(rig: Rig) -> None:
    assert (await rig.problem("GET", "/nowhere", 404))["instance"] == "/nowhere"
    response = await rig.client.put("/api/v1/settings")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, PATCH"


async def test_a_body_is_limited_in_size_announced_or_not(rig: Rig) -> None:
    large = b" " * (LARGEST_BODY + 1)
    assert (await rig.problem("POST", "/blacklist", 413, content=large))["type"].endswith("body-too-large")

    async def unannounced() -> object:
        for _ in range(3):
            yield large[: LARGEST_BODY // 2]

    await rig.problem("POST", "/blacklist", 413, content=unannounced())


async def test_an_unforeseen_error_shows_no_trace_and_is_logged_with_its_id(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    @rig.app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("the secret inside")

    with caplog.at_level(logging.ERROR, "companion.api"):
        problem = await rig.problem("GET", "/broken", 500)
    assert "secret" not in str(problem)
    assert problem["request_id"] in caplog.text
    assert "the secret inside" in caplog.text
    assert rig.services.failures == {"RuntimeError": 1}


async def test_a_callers_id_is_kept_if_it_is_fit_for_a_log(rig: Rig) -> None:
    kept = await rig.client.get("/health", headers={"X-Request-ID": "client-request-1"})
    assert kept.headers["x-request-id"] == "client-request-1"
    replaced = await rig.client.get("/health", headers={"X-Request-ID": "a b\tc"})
    assert len(replaced.headers["x-request-id"]) == 16


async def test_an_answer_that_the_client_already_has_is_not_sent_again(rig: Rig) -> None:
    first = await rig.client.get("/opportunities")
    tag = first.headers["etag"]
    again = await rig.client.get("/opportunities", headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    other = await rig.client.get("/opportunities?limit=1", headers={"If-None-Match": tag})
    assert other.status_code == 200


async def test_both_spellings_of_a_path_answer_the_same(rig: Rig) -> None:
    for path in ("/scanner/status", "/opportunities", "/coins/btc", "/pairlist", "/close-reasons"):
        assert await rig.get(path) == await rig.get(f"/api/v1{path}")


async def test_another_hosts_name_is_refused(rig: Rig) -> None:
    transport = httpx.ASGITransport(rig.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://rebound.example") as client:
        assert (await client.get("/positions", headers=bearer(TRADER))).status_code == 421
    assert BASE.endswith("127.0.0.1")
