"""TCP ports of this machine: which are free."""

from __future__ import annotations

import socket

import psutil

from companion.ground.errors import UsageError
from companion.ground.layout import LOCALHOST


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: connections of an ended server that still linger do not make the port occupied.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCALHOST, port))
        except OSError:
            return False
    return True


def require_free(port: int, purpose: str, option: str) -> None:
    """Raise UsageError naming the port, what it is for and the option that chooses another."""
    if not is_free(port):
        raise UsageError(
            f"port {port} on {LOCALHOST} is occupied by {_owner(port)}; it is needed for {purpose}. "
            f"End that program or choose another port with {option}."
        )


def _owner(port: int) -> str:
    """Who listens on `port`, as far as this user may see."""
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid:
                return f"another program ({psutil.Process(connection.pid).name()}, pid {connection.pid})"
    except psutil.Error:
        pass
    return "another program"


def any_free() -> int:
    """A port that was free a moment ago."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOCALHOST, 0))
        port: int = probe.getsockname()[1]
        return port
