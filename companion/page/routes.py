"""Routes of the page. It holds no data, so loading it needs no login; everything that it shows comes from the API."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from companion.page.build import ENCODINGS, NONCE_MARK, Build, BuiltFile, read_build
from companion.page.policy import content_security_policy

PREFIX = "/page"
"""Pages are below it: the plain paths (`/opportunities`, `/settings`) belong to existing clients of the API."""
_ASSETS = "assets/"
_FOREVER = "public, max-age=31536000, immutable"
_HTML = "text/html; charset=utf-8"
_NOT_BUILT = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>HHQ-1</title>
<h1>The page has not been built</h1>
<p><code>make setup</code> builds it; then start the companion again. The API works without it.</p>
<p lang="tr">Sayfa derlenmemiş: <code>make setup</code> derler; sonra companion'ı yeniden başlatın.
API onsuz da çalışır.</p>
</html>
"""


def page_routes(build: Build | None = None) -> list[Route]:
    """The routes; without a build they say that there is none."""
    found = build or read_build()

    async def document(request: Request) -> Response:
        return _document(request, found)

    async def below(request: Request) -> Response:
        path = str(request.path_params["path"])
        file = found.files.get(path) if found is not None else None
        if file is not None:
            return _asset(request, file, lasting=path.startswith(_ASSETS))
        if path.startswith(_ASSETS):
            # A page of an older build asks for a file that is gone: a document in its place would be run as a script.
            raise HTTPException(404)
        return _document(request, found)

    return [_route("/", document), _route(PREFIX, document), _route(PREFIX + "/{path:path}", below)]


def _route(path: str, answer: Callable[[Request], Awaitable[Response]]) -> Route:
    return Route(path, answer, methods=["GET"], include_in_schema=False)


def _document(request: Request, build: Build | None) -> Response:
    nonce = secrets.token_urlsafe(18)
    policy = content_security_policy(
        nonce, request.headers.get("host", ""), secure=request.url.scheme == "https"
    )
    headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
    if build is None:
        return Response(_NOT_BUILT, 503, headers, _HTML)
    return Response(build.document.replace(NONCE_MARK, nonce), 200, headers, _HTML)


def _asset(request: Request, file: BuiltFile, *, lasting: bool) -> Response:
    accepted = accepted_encodings(request.headers.get("accept-encoding", ""))
    encoding = next((name for name, _ in ENCODINGS if name in accepted and name in file.encoded), None)
    tag = f'"{file.tag}-{encoding}"' if encoding else f'"{file.tag}"'
    headers = {"Vary": "Accept-Encoding", "ETag": tag, "Cache-Control": _FOREVER if lasting else "no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(None, 304, headers)
    if encoding is None:
        return Response(file.content, 200, headers, file.media_type)
    return Response(file.encoded[encoding], 200, {**headers, "Content-Encoding": encoding}, file.media_type)


def accepted_encodings(header: str) -> frozenset[str]:
    """The encodings that an Accept-Encoding names without refusing them (``q=0``); ``*`` is all that we have."""
    named: dict[str, bool] = {}
    for part in header.lower().split(","):
        name, _, parameters = part.partition(";")
        weight = parameters.strip().removeprefix("q=").strip()
        named[name.strip()] = not weight or weight.strip("0.") != ""
    others = {name for name, _ in ENCODINGS if named.get("*", False) and name not in named}
    return frozenset({name for name, taken in named.items() if taken} | others)
