"""The OpenAPI document, completed: problem documents, the texts of the tags."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from companion.api.problems import FieldError, ProblemDocument

_TAGS = {
    "health": "Liveness, readiness, figures.",
    "access": "Sessions of the page and tickets for WebSockets.",
    "market": "Scanner, coins, funnel, pair list, funding.",
    "portfolio": "Positions, trades, performance, signals.",
    "settings": "The domain settings and their history.",
    "control": "Closing, blacklist, locks, kill switch; role trade, audited.",
    "modules": "Modules under the names that existing clients know.",
}


def complete(app: FastAPI) -> None:
    """Let the application's document hold what FastAPI does not put there by itself."""
    made = app.openapi

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = made()
            schemas = found.setdefault("components", {}).setdefault("schemas", {})
            for model in (ProblemDocument, FieldError):
                schemas[model.__name__] = model.model_json_schema(ref_template="#/components/schemas/{model}")
                schemas[model.__name__].pop("$defs", None)
            found["tags"] = [{"name": name, "description": text} for name, text in _TAGS.items()]
            app.openapi_schema = found
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's own way to change the document
