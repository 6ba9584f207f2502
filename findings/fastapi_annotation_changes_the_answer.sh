#!/usr/bin/env bash
# FastAPI: the return annotation decides whether NaN is an error or null, and whether a Decimal is a number or a text.
#
# An annotation for the return value is expected to document and to check an answer, not to change it. With one, FastAPI
# lets pydantic write the JSON; without one, its own encoder and the json module do. The two disagree where it matters
# for prices: NaN and infinity are a 500 without an annotation and a silent null with one; Decimal("0.10") is the number
# 0.1 without and the text "0.10" with one. Adding `-> dict[str, Decimal]` for the type checker so breaks every client
# that computes with the field ("0.10" + 1 is "0.101" in JavaScript), and a null leverage is 0 there. The model that
# wrote null does not read it back (a float is required). It costs a dashboard that adds texts or shows 0 for what is
# not known, after a change of types only. Instead: annotate every endpoint from the beginning, turn NaN into None
# yourself, and choose the form of Decimal in the model.
#
# Seen with FastAPI 0.165.0, pydantic 2.14.3, Starlette 1.10.0 on 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check fastapi==0.165.0 pydantic==2.14.3 \
    starlette==1.10.0 httpx==0.28.1
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
from decimal import Decimal
from importlib.metadata import version

from expect import expect, finish
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel, ValidationError

print(*(f"{name} {version(name)}" for name in ("fastapi", "pydantic", "starlette")))
application = FastAPI()


class Answer(BaseModel):
    leverage: float


@application.get("/nan")
def nan():
    return {"leverage": float("nan")}


@application.get("/nan-annotated")
def nan_annotated() -> Answer:
    return Answer(leverage=float("nan"))


@application.get("/decimal")
def decimal():
    return {"price": Decimal("0.10")}


@application.get("/decimal-annotated")
def decimal_annotated() -> dict[str, Decimal]:
    return {"price": Decimal("0.10")}


client = TestClient(application, raise_server_exceptions=False)
for path, written in (
    ("/nan", (500, "Internal Server Error")),
    ("/nan-annotated", (200, '{"leverage":null}')),
    ("/decimal", (200, '{"price":0.1}')),
    ("/decimal-annotated", (200, '{"price":"0.10"}')),
):
    response = client.get(path)
    expect(path, (response.status_code, response.text), written)
try:
    Answer.model_validate_json(client.get("/nan-annotated").text)
except ValidationError as error:
    expect("read back", error.errors()[0]["type"], "float_type")
finish()
PY
venv/bin/python program.py
