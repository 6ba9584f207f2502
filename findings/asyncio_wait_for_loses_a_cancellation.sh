#!/usr/bin/env bash
# asyncio on Python 3.11: wait_for loses a cancellation that comes together with the answer.
#
# `task.cancel()` is expected to raise CancelledError in the task unless the task catches it. Where the task waits in
# `asyncio.wait_for(answer, timeout)` and the answer arrives in the same turn of the loop as the cancellation,
# `wait_for` of Python 3.11 returns the answer and the cancellation is gone: the task goes on with its loop, and whoever
# awaits its end after `cancel()` waits for a task that does not end. The more answers come per turn, the likelier it
# is: services that are stopped under load. Python 3.12 has a new `wait_for` that raises; `asyncio.timeout`, which is in
# 3.11 too, does so in both. It costs a shutdown that hangs until the supervisor kills it, with orders half sent.
# Instead: `async with asyncio.timeout(…)`.
#
# Seen with Python 3.11.7, and 3.12.1 and 3.13.0 for the newer behaviour, on 2026-11-30. The script expects what belongs
# to the version that runs it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
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
import asyncio
import sys

from expect import expect, finish

print("Python", sys.version.split()[0])


async def outcome(wait):
    """How a task ends that is cancelled in the turn in which its answer comes."""
    answer = asyncio.get_running_loop().create_future()

    async def work():
        await wait(answer)
        await asyncio.sleep(0)
        return "goes on"

    task = asyncio.create_task(work())
    await asyncio.sleep(0.01)
    answer.set_result("answer")
    task.cancel()
    try:
        return await task
    except asyncio.CancelledError:
        return "cancelled"


async def by_wait_for(answer):
    await asyncio.wait_for(answer, 10)


async def by_timeout(answer):
    async with asyncio.timeout(10):
        await answer


written = "goes on" if sys.version_info < (3, 12) else "cancelled"
expect("asyncio.wait_for", asyncio.run(outcome(by_wait_for)), written)
expect("asyncio.timeout", asyncio.run(outcome(by_timeout)), "cancelled")
finish()
PY
venv/bin/python program.py
