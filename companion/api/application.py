"""The application: routes of the API and the feed around the parts of the service."""

from __future__ import annotations

from collections import Counter

from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from companion.api import (
    about_routes,
    absent_routes,
    audit_routes,
    blacklist_routes,
    closing_routes,
    entries_routes,
    evidence_routes,
    health,
    legacy_routes,
    lock_routes,
    market_routes,
    part_routes,
    position_routes,
    settings_routes,
    signal_routes,
    trade_routes,
)
from companion.api.boundary import KnownHosts, RequestBoundary
from companion.api.confirmations import Confirmations
from companion.api.document import PLAIN, complete
from companion.api.metrics import registry_of
from companion.api.problems import (
    RESPONSES,
    Problem,
    on_http_exception,
    on_invalid_request,
    on_problem,
    on_settings_files,
    on_store_failure,
)
from companion.api.services import Services
from companion.api.strict import refuse_unknown_query
from companion.domain_settings.desk import SettingsFilesError
from companion.page.routes import page_routes
from companion.security import routes as security_routes
from companion.security.headers import protect
from companion.store.errors import StoreError

VERSION = "1"
PREFIX = f"/api/v{VERSION}"
ROUTERS = (
    market_routes.router,
    position_routes.router,
    trade_routes.router,
    evidence_routes.router,
    signal_routes.router,
    settings_routes.router,
    closing_routes.router,
    entries_routes.router,
    blacklist_routes.router,
    lock_routes.router,
    audit_routes.router,
    part_routes.router,
    legacy_routes.router,
    absent_routes.router,
)
"""What is served under the prefix, and without it for existing clients."""
_TWICE = frozenset(route.name for router in ROUTERS for route in router.routes if isinstance(route, APIRoute))
_DESCRIPTION = """\
Scanner of the whole market, portfolio, settings and control of the Freqtrade bots.

Every path is served under `/api/v1`, and without it for existing clients. Errors are problem documents (RFC 9457) that name
the field. Unknown fields and query parameters are refused. n/a is null, never 0. Times are ms since 1970 UTC.
"""


def create_app(services: Services, feed: APIRouter | None = None) -> FastAPI:
    """The application. ``feed``: the WebSocket routes, with their own authentication."""
    app = FastAPI(
        title="HHQ-1 companion",
        version=VERSION,
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        generate_unique_id_function=_operation_id,
        responses=RESPONSES,
    )
    requests: Counter[tuple[str, str]] = Counter()
    app.state.services = services
    app.state.access = services.access
    app.state.confirmations = Confirmations(services.clock)
    app.state.registry = registry_of(services, requests)
    for prefix in (PREFIX, ""):
        for router in ROUTERS:
            app.include_router(router, prefix=prefix)
    app.include_router(about_routes.router, prefix=PREFIX)
    app.include_router(security_routes.router, prefix=PREFIX, dependencies=[Depends(refuse_unknown_query)])
    app.include_router(health.router)
    if feed is not None:
        app.include_router(feed)
    app.router.routes.extend(page_routes())
    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(SettingsFilesError, on_settings_files)
    app.add_exception_handler(HTTPException, on_http_exception)
    app.add_exception_handler(RequestValidationError, on_invalid_request)
    for failure in (SQLAlchemyError, StoreError):
        app.add_exception_handler(failure, on_store_failure)
    app.add_middleware(RequestBoundary, failures=services.failures, requests=requests)
    guard = Middleware(KnownHosts, knows_host=services.access.origins.knows_host, requests=requests)
    protect(app, services.settings.security, guard)
    complete(app, f"{PREFIX}/openapi.json")
    _build_routes(app)
    return app


def _build_routes(app: FastAPI) -> None:
    """FastAPI builds the routes of a router when it first looks one up, which would stall the event loop."""
    for route in app.router.routes:
        route.matches({"type": "http", "method": "GET", "path": "/", "root_path": "", "headers": []})


def _operation_id(route: APIRoute) -> str:
    """Name of an operation in the document: its function, and which of its two paths it is."""
    version = PLAIN if route.name in _TWICE and not route.path_format.startswith(PREFIX) else ""
    return f"{route.name}{version}"
