"""Work that needs far more memory than what comes after it: done in a process of its own, which gives all of it back."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from companion.ground.errors import CompanionError
from companion.ground.layout import ROOT

T = TypeVar("T")
P = ParamSpec("P")


def in_own_process(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Call ``work``, a function of a module, there; return its result or raise its exception.

    Raises CompanionError where the process ends before it has answered.
    """
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as answers:
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "companion.demo.own_process", str(writing)],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                pass_fds=(writing,),
            )
        finally:
            os.close(writing)
        with process:
            # An answer may be longer than the pipe: it is read to its end before the process is waited for.
            assert process.stdin is not None
            with process.stdin:
                process.stdin.write(pickle.dumps((work, arguments, named)))
            answer = answers.read()
    if not answer:
        raise CompanionError(f"{work.__name__} ended with status {process.returncode} and without an answer")
    result, problem = pickle.loads(answer)
    if problem is not None:
        raise problem
    value: T = result
    return value


def _answer(writing: int) -> None:
    """Do the work that is described on standard input, and write its result or its exception to ``writing``."""
    work, arguments, named = pickle.load(sys.stdin.buffer)
    result, failure = None, None
    try:
        result = work(*arguments, **named)
    except (CompanionError, OSError) as problem:
        failure = problem
    with os.fdopen(writing, "wb") as answers:
        pickle.dump((result, failure), answers)


if __name__ == "__main__":
    _answer(int(sys.argv[1]))
