"""`companion evidence --scheduler`: a Dask cluster writes the same document, and a wrong one is refused before any work."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from distributed import Client, LocalCluster

from companion.__main__ import main
from companion.ground.layout import ROOT
from companion.replay.embedded import MarketSpecification, ensure_market

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ensure_market(tmp_path_factory.mktemp("evidence"), MarketSpecification(coins=6, days=10))


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Two worker processes on this machine, as `dask worker` starts them, reached over TCP."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    ) as started:
        yield started


def executed(cluster: LocalCluster) -> dict[str, int]:
    """How many tasks each worker has done."""
    with Client(cluster.scheduler_address, set_as_default=False) as client:
        found: dict[str, int] = client.run(lambda dask_worker: dask_worker.state.executed_count)
        return found


def document(market: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    assert main(("evidence", "--data", str(market), "--json", *more)) == 0
    written: dict[str, Any] = json.loads(capsys.readouterr().out)
    return written


def test_a_cluster_of_two_workers_writes_the_same_document_as_processes(
    market: Path, cluster: LocalCluster, capsys: pytest.CaptureFixture[str]
) -> None:
    here = document(market, capsys, "--processes", "2")
    before = executed(cluster)
    there = document(market, capsys, "--scheduler", cluster.scheduler_address)
    after = executed(cluster)
    assert there["digest"] == here["digest"]
    assert there == here
    assert len(after) == 2
    assert all(after[worker] > before[worker] for worker in after)


def test_what_a_worker_cannot_use_is_named_as_if_it_were_here(
    market: Path, cluster: LocalCluster, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "market"
    ensure_market(folder, MarketSpecification(coins=3, days=9))
    (candles,) = (folder / "futures").glob("SOL_*-5m-futures.feather")
    content = candles.read_bytes()
    middle = len(content) // 3
    candles.write_bytes(content[:middle] + bytes(4_000) + content[middle + 4_000 :])
    for more in ((), ("--scheduler", cluster.scheduler_address)):
        assert main(("evidence", "--data", str(folder), *more)) == 2
        assert str(candles) in capsys.readouterr().err


def test_a_worker_with_other_sources_is_refused(
    market: Path, cluster: LocalCluster, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("companion.evidence.cluster.source_digest.__code__", (lambda: "another").__code__)
    assert main(("evidence", "--data", str(market), "--scheduler", cluster.scheduler_address)) == 2
    assert "another version of the project runs on tcp://127.0.0.1:" in capsys.readouterr().err


def test_a_scheduler_that_nobody_answers_for_is_named(
    market: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("companion.evidence.cluster._PATIENCE_S", 0.5)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        assert main(("evidence", "--data", str(market), "--scheduler", address)) == 2
    assert f"--scheduler {address}: " in capsys.readouterr().err
    assert main(("evidence", "--data", str(market), "--scheduler", "nonsense")) == 2
    assert "--scheduler nonsense: " in capsys.readouterr().err


def test_a_scheduler_without_workers_is_named(
    market: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("companion.evidence.cluster._PATIENCE_S", 3.0)
    with LocalCluster(
        n_workers=0, processes=True, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    ) as empty:
        assert main(("evidence", "--data", str(market), "--scheduler", empty.scheduler_address)) == 2
    assert "it has no workers" in capsys.readouterr().err


def test_a_cluster_of_one_thread_is_refused_for_the_work_would_be_done_here(
    market: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    ) as small:
        assert main(("evidence", "--data", str(market), "--scheduler", small.scheduler_address)) == 2
    assert "its only worker has one thread" in capsys.readouterr().err


def test_a_cluster_that_is_lost_ends_the_run_with_one_line() -> None:
    script = textwrap.dedent(
        """
        import sys, time
        from distributed import LocalCluster
        from joblib import Parallel, delayed
        from companion.evidence.cluster import workers
        from companion.ground.errors import CompanionError
        if __name__ == "__main__":
            started = LocalCluster(
                n_workers=1, threads_per_worker=2, processes=True, host="127.0.0.1", dashboard_address="127.0.0.1:0"
            )
            try:
                with workers(started.scheduler_address):
                    found = Parallel(n_jobs=-1, return_as="generator")(delayed(time.sleep)(0.2) for _ in range(500))
                    next(found)
                    started.close()
                    list(found)
            except CompanionError as problem:
                print(problem)
        """
    )
    paths = os.pathsep.join((str(ROOT), str(ROOT / "user_data" / "strategies")))
    ended = subprocess.run(
        [sys.executable, "-c", script], env=os.environ | {"PYTHONPATH": paths}, cwd=ROOT, capture_output=True,
        text=True, timeout=120, check=False,
    )  # fmt: skip
    assert "the cluster was lost" in ended.stdout


def test_without_the_package_the_error_says_what_to_install(market: Path, tmp_path: Path) -> None:
    script = textwrap.dedent(
        """
        import sys
        sys.modules["distributed"] = None
        from companion.__main__ import main
        sys.exit(main(sys.argv[1:]))
        """
    )
    paths = os.pathsep.join((str(ROOT), str(ROOT / "user_data" / "strategies")))
    command = [
        sys.executable,
        "-c",
        script,
        "evidence",
        "--data",
        str(market),
        "--scheduler",
        "127.0.0.1:8786",
    ]
    environment = os.environ | {"PYTHONPATH": paths}
    ended = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 2
    assert "pip install -e '.[cluster]'" in ended.stderr
    assert "Traceback" not in ended.stderr
