"""Runs the production server on loopback, without an access log."""

import socket

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from granian.constants import Interfaces
from granian.server import Server

from protect.site.errors import SiteRefusal
from protect.uploads import apart
from protect.vault.formats.credentials.stretch import ROOM

ADDRESS = "127.0.0.1"
# Of a process, each with a connection: sign-ins and files that wait leave eight to others.
THREADS = ROOM + apart.THREADS + 8


def serve(*, port: int, workers: int = 1) -> None:
    """Serve on loopback, behind a proxy with TLS, until SIGTERM or SIGINT. Errors: port_taken."""
    must_be_free(port)
    Server(
        "protect.site.server.wsgi:application",
        address=ADDRESS,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        log_access=False,
        websockets=False,
        respawn_failed_workers=True,
    ).serve()


def must_be_migrated() -> None:
    """Refuse a database with migrations that are not applied. Errors: database_not_ready."""
    migrations = MigrationExecutor(connection)
    if waiting := migrations.migration_plan(migrations.loader.graph.leaf_nodes()):
        problem = f"{len(waiting)} migrations are not applied"
        raise SiteRefusal("database_not_ready", problem=problem)


def must_be_free(port: int) -> None:
    """Refuse a port in use, which the server would share silently. Errors: port_taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            raise SiteRefusal("port_taken", port=port) from None
