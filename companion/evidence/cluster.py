"""A Dask cluster for the work of all coins: checked before anything is asked of it, so that it can not answer for others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import joblib

import companion
import hhq
from companion.ground.errors import CompanionError, UsageError

if TYPE_CHECKING:
    from distributed import Client

ALL_WORKERS = -1
_PATIENCE_S = 10.0
_LEAST_THREADS = 2
"""With one, joblib does the work in the process that asks."""
_PACKAGES = (companion, hhq)


@contextmanager
def workers(address: str) -> Iterator[None]:
    """Within it, joblib's work is done by the workers of the Dask scheduler at ``address`` (host:port, tcp:// or tls://).

    Raises UsageError without the package `distributed`, for a scheduler that cannot be reached or has no workers, and for a
    worker that has not the very sources that are running here; CompanionError when the cluster is lost meanwhile.
    """
    with _client(address) as client:
        _check(client, address)
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        try:
            with joblib.parallel_config(backend="dask", client=client):
                yield
        except (FutureCancelledError, KilledWorker) as problem:
            raise CompanionError(f"--scheduler {address}: the cluster was lost: {problem}") from problem


def source_digest() -> str:
    """Return a digest of all sources that decide what a report says: equal digests, equal reports."""
    digest = hashlib.blake2b(digest_size=16)
    for package in _PACKAGES:
        folder = Path(str(package.__file__)).parent
        for path in sorted(folder.rglob("*.py")):
            digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _client(address: str) -> Client:
    try:
        from distributed import Client
        from distributed.comm.addressing import get_address_host_port, normalize_address
    except ImportError as problem:
        raise UsageError(
            "--scheduler needs the package distributed: pip install -e '.[cluster]'"
        ) from problem
    try:
        # A client that is made with no address and fails says so again, and later, when it is collected.
        get_address_host_port(normalize_address(address), strict=True)
        return Client(address, timeout=_PATIENCE_S, set_as_default=False)
    except (OSError, ValueError) as problem:
        raise UsageError(f"--scheduler {address}: {problem}") from problem


def _check(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_PATIENCE_S)
        threads = sum(client.ncores().values())
        found = client.run(source_digest)
    except TimeoutError as problem:
        raise UsageError(f"--scheduler {address}: it has no workers") from problem
    except ImportError as problem:
        raise UsageError(f"--scheduler {address}: a worker cannot load the project: {problem}") from problem
    if threads < _LEAST_THREADS:
        raise UsageError(
            f"--scheduler {address}: its only worker has one thread: that is not faster than no cluster"
        )
    own = source_digest()
    others = sorted(worker for worker, digest in found.items() if digest != own)
    if others:
        raise UsageError(f"--scheduler {address}: another version of the project runs on {', '.join(others)}")
