#!/usr/bin/env bash
# Starlette: a static file of equal length and time is answered with "not modified", whatever is in it.
#
# An ETag is expected to change with the content. `StaticFiles` and `FileResponse` make it of the modification time and
# the size. Where a build sets all times to one value, as reproducible images, archives and some ways to copy files do,
# a change that keeps the length (5 becomes 9, true becomes null, one colour, one host) keeps the ETag: every browser
# that has seen the page asks with If-None-Match, gets 304 and goes on with the old script, through reloads and
# restarts. New visitors get the new one, so that it works for whoever tests it. It costs a day, and the page of a
# trading system that shows by old rules. Instead: a name with a digest of the content for each file, or real times in
# the image.
#
# Seen with Starlette 1.10.0 on 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check starlette==1.10.0 httpx==0.28.1
cat > expect.py <<'PY'
import sys

changed = []


def expect(what, seen, written):
    print(f"{what}: {seen}")
    if seen != written:
        changed.append(f"CHANGED: {what}: {written!r} when this was written, {seen!r} now")


def finish():
    print(*(changed or ["as it was when this was written"]), sep="\n")
    sys.exit(1 if changed else 0)
PY
cat > program.py <<'PY'
import os
import pathlib
from importlib.metadata import version

from expect import expect, finish
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient

print("Starlette", version("starlette"))
folder = pathlib.Path("static")
folder.mkdir()


def build(text):
    """A build that gives all files one time."""
    (folder / "app.js").write_text(text)
    os.utime(folder / "app.js", (1_700_000_000, 1_700_000_000))


client = TestClient(Starlette(routes=[Mount("/static", StaticFiles(directory=folder))]))
build("const limit = 5;")
first = client.get("/static/app.js")
build("const limit = 9;")
again = client.get("/static/app.js", headers={"If-None-Match": first.headers["etag"]})
expect("first visit", (first.status_code, first.text), (200, "const limit = 5;"))
expect("second visit, after the file has changed", (again.status_code, again.text), (304, ""))
fresh = client.get("/static/app.js")
expect("another visitor", fresh.text, "const limit = 9;")
expect("and its ETag is the old one", fresh.headers["etag"] == first.headers["etag"], True)
finish()
PY
venv/bin/python program.py
