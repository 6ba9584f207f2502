"""A process that has imported Freqtrade and the core, and forks a bot whenever it is told to.

The imports take ten times as long as the rest of a start. Each bot is a process of its own that runs Freqtrade's main;
nothing of a killed one survives into the next. Reads one JSON line for each bot: arguments, environment, output.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import freqtrade.freqtradebot
import freqtrade.rpc.api_server.webserver  # noqa: F401 - only loaded
from freqtrade.main import main

from companion.offline.warm_up import compile_core
from tests.endurance import inside_bot  # noqa: F401 - only loaded


def serve() -> None:
    """Fork a bot for each line; answer with its process id, and with its status once it has ended."""
    compile_core()
    _say({"ready": True})
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _become_bot(order)
        _say({"pid": child})
        _, status = os.waitpid(child, 0)
        _say({"status": os.waitstatus_to_exitcode(status)})


def _say(answer: dict[str, object]) -> None:
    sys.stdout.write(f"{json.dumps(answer)}\n")
    sys.stdout.flush()


def _become_bot(order: dict[str, Any]) -> None:
    os.setsid()
    output = os.open(order["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    null = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, null), (1, output), (2, output)):
        os.dup2(source, target)
    os.environ.update(order["environment"])
    status = 1
    try:
        main(order["arguments"])
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        os._exit(status)


if __name__ == "__main__":
    serve()
