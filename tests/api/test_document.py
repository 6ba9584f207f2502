"""The OpenAPI document: complete, with examples, and honoured by the application (schemathesis)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import orjson
import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from companion.api.document import EXAMPLES
from tests.api.examples import recorded
from tests.api.fuzz import fuzz
from tests.api.rig import Rig


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


@pytest.mark.anyio
async def test_the_document_names_every_route(rig: Rig) -> None:
    document = await rig.get("/api/v1/openapi.json")
    routes = {
        f"{method} {route.path_format}"
        for route in iter_route_contexts(rig.app.routes)
        if isinstance(route.original_route, APIRoute)
        for method in route.methods or ()
    }
    assert {name for name, _ in operations(document)} == routes
    identifiers = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(identifiers)) == len(identifiers)


@pytest.mark.anyio
async def test_every_operation_is_described_with_schemas_and_examples(rig: Rig) -> None:
    document = await rig.get("/api/v1/openapi.json")
    schemas = document["components"]["schemas"]
    for name, operation in operations(document):
        assert operation["summary"], name
        assert operation["description"], name
        assert operation["tags"], name
        assert "4XX" in operation["responses"], name
        success = next(answer for code, answer in operation["responses"].items() if code.startswith("2"))
        for content in success.get("content", {}).values():
            assert content["schema"], name
            if name != "GET /metrics":
                assert content.get("example") is not None, f"{name} has no example of its answer"
        for content in operation.get("requestBody", {}).get("content", {}).values():
            reference = content["schema"].get("$ref") or content["schema"]["anyOf"][0]["$ref"]
            assert schemas[reference.rsplit("/", 1)[1]].get("examples"), f"{name} has no example of its body"


@pytest.mark.anyio
async def test_every_tuple_says_that_it_has_no_further_items(rig: Rig) -> None:
    document = await rig.get("/api/v1/openapi.json")

    def tuples(node: object) -> list[dict[str, Any]]:
        inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        own = [node] if isinstance(node, dict) and "prefixItems" in node else []
        return own + [found for value in inner for found in tuples(value)]

    found = tuples(document)
    assert len(found) > 20
    for one in found:
        assert one["items"] is False
        assert one["minItems"] == one["maxItems"] == len(one["prefixItems"])


@pytest.mark.anyio
async def test_every_reference_leads_somewhere(rig: Rig) -> None:
    document = await rig.get("/api/v1/openapi.json")

    def references(node: object) -> set[str]:
        if isinstance(node, dict):
            own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
            return own.union(*(references(value) for value in node.values())) if node else own
        if isinstance(node, list):
            return set().union(*(references(value) for value in node)) if node else set()
        return set()

    for reference in references(document):
        found: Any = document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]


@pytest.mark.anyio
async def test_the_examples_have_the_shape_of_what_is_answered_now(tmp_path: Path) -> None:
    """`python -m tests.api.examples` records them again."""
    now, shown = await recorded(tmp_path), orjson.loads(EXAMPLES.read_bytes())
    assert {name: shape(answer) for name, answer in shown.items()} == {
        name: shape(answer) for name, answer in now.items()
    }


def shape(answer: object) -> object:
    """Names of the fields, level by level."""
    if isinstance(answer, dict):
        return {name: shape(value) for name, value in answer.items()}
    return [shape(answer[0])] if isinstance(answer, list) and answer else None


@pytest.mark.processes
@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("is_down", [False, True], ids=["the bot answers", "the bot is down"])
def test_the_application_keeps_its_document(tmp_path: Path, is_down: bool) -> None:
    """A longer run of the same: `make api-fuzz`."""
    done = asyncio.run(fuzz(tmp_path, examples=3, seed=1, is_down=is_down))
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr
