"""Processes that an earlier run has left are found and named, by their process id and start time."""

from __future__ import annotations

import json
import os
import re
import socket
import sys
from pathlib import Path

import pytest

from companion.ground import leftovers, processes
from companion.ground.errors import UsageError
from companion.ground.ports import require_free


@pytest.fixture
def child(tmp_path: Path) -> processes.Child:
    return processes.start(
        "the bot", [sys.executable, "-c", "import time; time.sleep(300)"], tmp_path / "log"
    )


def test_a_process_that_is_still_there_is_named_by_its_number(child: processes.Child, tmp_path: Path) -> None:
    leftovers.note(tmp_path / "processes.json", [child])
    try:
        with pytest.raises(
            UsageError, match=rf"the bot \(pid {child.process.pid}\).*kill {child.process.pid}"
        ):
            leftovers.refuse_beside_leftovers(tmp_path / "processes.json")
    finally:
        child.stop()
    leftovers.refuse_beside_leftovers(tmp_path / "processes.json")


def test_another_process_with_the_same_number_is_none_of_ours(child: processes.Child, tmp_path: Path) -> None:
    path = tmp_path / "processes.json"
    leftovers.note(path, [child])
    try:
        (row,) = json.loads(path.read_text())
        path.write_text(json.dumps([row | {"began": row["began"] - 1000.0}]))
        leftovers.refuse_beside_leftovers(path)
    finally:
        child.stop()


@pytest.mark.parametrize("content", ["", "{", '[{"pid": 1}]', '"x"'])
def test_a_file_that_names_no_processes_is_ignored(tmp_path: Path, content: str) -> None:
    path = tmp_path / "processes.json"
    path.write_text(content)
    leftovers.refuse_beside_leftovers(path)
    leftovers.refuse_beside_leftovers(tmp_path / "missing.json")


def test_the_process_that_occupies_a_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(UsageError, match=re.escape(f"pid {os.getpid()}")):
            require_free(port, "a test", "--port")
