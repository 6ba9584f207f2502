"""The OpenAPI document, completed: problem documents, examples of answers, the texts of the tags."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response

from companion.api.problems import FieldError, ProblemDocument

EXAMPLES = Path(__file__).with_name("examples.json")
"""Answers by operation, recorded from the application itself (tests/api/examples.py)."""
_TAGS = {
    "health": "What this is, liveness, readiness, metrics.",
    "access": "Sessions of the page and tickets for WebSockets.",
    "market": "Scanner, coins, funnel, pair list, funding.",
    "portfolio": "Positions, trades, performance, signals.",
    "settings": "The domain settings and their history.",
    "control": "Closing, blacklist, locks, kill switch; role trade, audited.",
    "modules": "Modules, under the names that existing clients know.",
}
_PROBLEMS = (ProblemDocument, FieldError)
PLAIN = "_plain"
"""End of the ids of operations without the version's prefix."""


def complete(app: FastAPI, path: str) -> None:
    """Add to the application's document what FastAPI leaves out, and serve it at ``path``."""
    made = app.openapi

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(made())
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's own way to change the document

    async def answer(_: Request) -> Response:
        # Building it takes half a second, so not in the event loop, where FastAPI would do it.
        content = await asyncio.to_thread(lambda: orjson.dumps(app.openapi()))
        return Response(content, media_type="application/json")

    app.add_route(path, answer, include_in_schema=False)


def _completed(found: dict[str, Any]) -> dict[str, Any]:
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    for model in _PROBLEMS:
        schemas[model.__name__] = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas[model.__name__].pop("$defs", None)
    found["tags"] = [{"name": name, "description": text} for name, text in _TAGS.items()]
    examples = orjson.loads(EXAMPLES.read_bytes())
    for item in found["paths"].values():
        for operation in item.values():
            _add_example(operation, examples, schemas)
    _close_tuples(found)
    return found


def _close_tuples(node: object) -> None:
    """Say that a tuple has no further items: without a word on them, JSON Schema allows any."""
    if isinstance(node, dict):
        if len(node.get("prefixItems", ())) == node.get("maxItems"):
            node.setdefault("items", False)
        for inner in node.values():
            _close_tuples(inner)
    elif isinstance(node, list):
        for inner in node:
            _close_tuples(inner)


def _add_example(operation: dict[str, Any], examples: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Show the recorded answer, else the example of the schema."""
    name = operation["operationId"].removesuffix(PLAIN)
    for status, answer in operation["responses"].items():
        for content in answer.get("content", {}).values() if status.startswith("2") else ():
            reference = content["schema"].get("$ref", "").rsplit("/", 1)[-1]
            known = schemas.get(reference, {}).get("examples")
            example = examples.get(name, known[0] if known else None)
            if example is not None:
                content["example"] = example
