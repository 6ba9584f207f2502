#!/usr/bin/env bash
# The Chromium that `make test-browser` and `make screenshots` drive: installed where that can be done without a question,
# else said how. Nothing else needs it, so a machine without it is set up all the same.
set -euo pipefail
say() { printf 'setup: %s\n' "$*"; }
how="make test-browser and make screenshots need Chromium; on Debian: apt-get install chromium"

for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then exit 0; fi
done
if ! command -v apt-get >/dev/null; then say "$how"; exit 0; fi
as_root=()
if [ "$(id -u)" != 0 ]; then
    if ! sudo -n true 2>/dev/null; then say "$how"; exit 0; fi
    as_root=(sudo -n)
fi
say "installing Chromium, for the tests of the page"
if ! { "${as_root[@]}" apt-get update -q && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends chromium; } >/dev/null 2>&1; then
    say "that was refused. $how"
fi
