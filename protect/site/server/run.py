"""Run the production server on the loopback address, without an access log."""

import socket

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from granian.constants import Interfaces
from granian.server import Server

from protect.site.errors import SiteRefusal
from protect.uploads import parser_process
from protect.vault.formats.credentials.stretch import MAX_WAITING_THREADS

LOOPBACK_ADDRESS = "127.0.0.1"  # the server listens on it only, behind a proxy
# Threads of a process, each with a connection: eight remain beside waiting sign-ins and files.
THREADS_PER_WORKER = MAX_WAITING_THREADS + parser_process.MAX_THREADS + 8


def serve(*, port: int, workers: int = 1) -> None:
    """Serve on loopback, behind a proxy with TLS, until SIGTERM or SIGINT. Errors: port_taken."""
    must_be_free_port(port)
    Server(
        "protect.site.server.worker:application",
        address=LOOPBACK_ADDRESS,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS_PER_WORKER,
        log_access=False,
        websockets=False,
        respawn_failed_workers=True,
    ).serve()


def must_be_migrated() -> None:
    """Refuse a database with unapplied migrations. Errors: database_not_ready."""
    migrations = MigrationExecutor(connection)
    if unapplied := migrations.migration_plan(migrations.loader.graph.leaf_nodes()):
        problem = f"{len(unapplied)} migrations are not applied"
        raise SiteRefusal("database_not_ready", problem=problem)


def must_be_free_port(port: int) -> None:
    """Refuse a port that is in use: the server would share it silently. Errors: port_taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK_ADDRESS, port))
        except OSError:
            raise SiteRefusal("port_taken", port=port) from None
