#!/usr/bin/env bash
# joblib and Dask: a cluster with one thread is silently not used.
#
# `joblib.parallel_config(backend="dask", client=client)` hands the work to a Dask cluster. One would expect a single
# worker with one thread to do it, slowly. joblib asks the cluster how many cores it has, hears 1, and replaces the
# backend by its sequential one: everything runs in the calling process, on the calling machine, and nothing says so. It
# costs whoever checks a setup with one small worker first (it "works", with a worker that never did anything), and
# whoever needs what only the workers have: their data, their memory. Instead: look at `client.ncores()` before, and ask
# for two threads or more.
#
# Seen with joblib 1.6.0 and distributed 2026.8.0 on 2026-12-01.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check joblib==1.6.0 dask==2026.8.0 distributed==2026.8.0
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
from importlib.metadata import version

import joblib
from distributed import Client, LocalCluster
from expect import expect, finish


def where(_):
    return os.getpid()


def main():
    print("joblib", version("joblib"), "distributed", version("distributed"))
    for threads, here in ((1, True), (2, False)):
        with (
            LocalCluster(n_workers=1, threads_per_worker=threads, processes=True, dashboard_address=None) as cluster,
            Client(cluster) as client,
            joblib.parallel_config(backend="dask", client=client),
        ):
            found = set(joblib.Parallel(n_jobs=-1)(joblib.delayed(where)(n) for n in range(4)))
            expect(f"one worker, threads {threads}: the work is done in the calling process", found == {os.getpid()}, here)
    finish()


if __name__ == "__main__":
    main()
PY
venv/bin/python program.py
