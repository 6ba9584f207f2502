"""A watched command: its time, what it wrote, and the memory of it and its children together."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

from bench.measure import watched

MB = 60


def test_the_memory_of_children_counts_too() -> None:
    holding = f"import time; held = bytearray(b'x' * ({MB} << 20)); time.sleep(0.6)"
    parent = textwrap.dedent(
        f"""
        import subprocess, sys
        children = [subprocess.Popen([sys.executable, "-c", {holding!r}]) for _ in range(2)]
        print([child.wait() for child in children])
        """
    )
    one, two = (watched([sys.executable, "-c", code], os.environ) for code in (holding, parent))
    assert two.output == "[0, 0]\n"
    assert one.peak_mb >= MB
    assert two.peak_mb >= 2 * MB
    assert two.seconds >= 0.6


def test_a_command_that_fails_is_no_measurement() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        watched([sys.executable, "-c", "raise SystemExit(3)"], os.environ)
