#!/usr/bin/env bash
# Builds the page with the environment's own Node.js, if its sources or its lock have changed since the last time.
# Takes the folder of the environment's programs.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$(realpath "$1")
export PATH="$bin:$PATH"
source=companion/dashboard
built=companion/page/built
digest=$(find "$source" -name node_modules -prune -o -type f -not -name .built -print0 | LC_ALL=C sort -z \
    | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
if [ -f "$built/index.html" ] && [ "$(cat "$source/.built" 2>/dev/null)" = "$digest" ]; then
    exit 0
fi
printf 'setup: building the page with Node.js %s\n' "$(node --version)"
cd "$source"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
npm run -s build
printf '%s\n' "$digest" > .built
