#!/usr/bin/env bash
# import-linter: a sub-folder without __init__.py is not looked at, and the contract is kept.
#
# Python imports modules from a folder without `__init__.py` without complaint, so that one that was forgotten is
# noticed by nobody. A tool that guards the architecture is expected to see the file, or to say that it does not.
# import-linter leaves such folders out of the graph: a module in one may import whatever a contract forbids, and the
# report says KEPT. The only trace is the number of analysed files. (Naming the folder itself in a contract is an error,
# "does not exist"; the usual contracts name its parent.) Type checkers and tests see the module. It costs the rule that
# was to keep the domain free of the web and the database, from the first forgotten file on. Instead: a test that every
# folder with a .py file has an __init__.py (ruff's INP001), beside the contracts.
#
# Seen with import-linter 2.16 and grimp 3.19 on 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check import-linter==2.16 grimp==3.19
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
mkdir -p app/core/rules app/web
touch app/__init__.py app/core/__init__.py app/web/__init__.py app/web/server.py
echo "from app.web import server" > app/core/rules/price.py
cat > .importlinter <<'INI'
[importlinter]
root_package = app

[importlinter:contract:layers]
name = the core knows nothing of the web
type = layers
layers =
    app.web
    app.core
INI
cat > program.py <<'PY'
import pathlib
import re
import subprocess
import sys
from importlib.metadata import version

from expect import expect, finish

print("import-linter", version("import-linter"), "grimp", version("grimp"))


def verdict():
    """Files looked at, and what is said of the contract."""
    command = [str(pathlib.Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    said = subprocess.run(command, capture_output=True, text=True).stdout
    return int(re.search(r"Analyzed (\d+) files", said)[1]), re.search(r"(\d) kept, (\d) broken", said)[0]


imported = subprocess.run([sys.executable, "-c", "import app.core.rules.price"])
expect("Python imports the module", imported.returncode, 0)
expect("without rules/__init__.py", verdict(), (4, "1 kept, 0 broken"))
pathlib.Path("app/core/rules/__init__.py").touch()
expect("with it", verdict(), (6, "0 kept, 1 broken"))
finish()
PY
venv/bin/python program.py
