#!/usr/bin/env bash
# All set-up: a virtual environment with the locked requirements, the project itself (editable), and the compiled
# kernels of the core. Says what it does; running it again repairs what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=$1
say() { printf 'setup: %s\n' "$*"; }

"$PYTHON" - <<'PY' || { echo "setup: Python 3.11 or later is needed; name one with PYTHON=" >&2; exit 1; }
import sys
sys.exit(sys.version_info < (3, 11))
PY
if [ ! -x "$venv/bin/python" ]; then
    say "creating $venv with $("$PYTHON" --version)"
    "$PYTHON" -m venv "$venv"
fi
if [ "$("$venv/bin/uv" --version 2>/dev/null | cut -d' ' -f2)" != "$UV_VERSION" ]; then
    say "installing the package installer (uv $UV_VERSION)"
    "$venv/bin/python" -m pip install -q "uv==$UV_VERSION"
fi
say "installing the locked requirements"
VIRTUAL_ENV="$PWD/$venv" "$venv/bin/uv" pip install -q -r requirements/dev.txt
say "installing hhq and companion (editable)"
VIRTUAL_ENV="$PWD/$venv" "$venv/bin/uv" pip install -q --no-deps -e .
# Where the layers of config/ keep the databases of bots.
mkdir -p run
# The list that bots follow until the companion's scanner replaces it: a bot does not start without one.
[ -e user_data/pairlists/scanner.json ] || cp user_data/pairlists/seed.json user_data/pairlists/scanner.json
say "compiling bytecode: without it each program starts seconds later"
# Also where Python itself is told to write none. Some packages hold templates that are not valid Python.
"$venv/bin/python" -m compileall -qq -j 0 -x node_modules "$venv"/lib companion user_data/strategies || true
say "compiling the core (about a minute the first time)"
"$venv/bin/python" -m companion doctor --compile
bash scripts/browser.sh
touch "$venv/.ready"
say "done"
