#!/usr/bin/env bash
# Every test but the slow ones and those in a browser, then the branch coverage of the core. Takes the folder of the environment's programs.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$1
say() { printf '\ntest: %s\n' "$*"; }

say "the core, the companion and the replay exchange"
"$bin/python" -m pytest -q -n 2 --dist loadfile -m "not processes"
say "whole processes: freqtrade, the demo, backtests"
"$bin/python" -m pytest -q -m "processes and not slow and not browser"
say "branch coverage of the core, without compiled code"
NUMBA_DISABLE_JIT=1 "$bin/python" -m pytest -q -n 2 --dist loadfile tests/hhq -m "not compiled" \
    --cov=hhq --cov-branch --cov-report=term-missing --cov-fail-under=100
