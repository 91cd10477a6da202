"""Runs the production server on loopback, without an access log."""

from __future__ import annotations

from granian.constants import Interfaces
from granian.server import Server


def serve(*, port: int, workers: int = 1) -> None:
    """Serve until SIGTERM or SIGINT, in the foreground; its children end with it.

    A proxy with TLS stands in front of a live site and speaks to this address.
    """
    Server(
        "protect.site.wsgi:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        log_access=False,
        websockets=False,
        respawn_failed_workers=True,
    ).serve()
