"""A running site while its database goes away and comes back: 503 for what needs it, no restart."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import psycopg
import pytest

from tests.originals import IS_POSTGRES, SERVER
from tests.serving import PROTECT, free_port, wait_for

COOKIE = {"Cookie": f"__Host-sid={'d' * 32}", "Accept-Language": "fr"}
NEEDY = ("/trainings/fr/", "/trainings/fr/own/forged", "/hsds/services")
ROUNDS = 8  # more than one of the server's threads must meet it


@contextmanager
def away(database: str) -> Iterator[None]:
    """Take a database away from a site that runs, as a restart of its server would."""
    if not IS_POSTGRES:
        folder = Path(database.removeprefix("sqlite:///")).parent
        moved = folder.rename(folder.with_name("moved"))
        yield
        moved.rename(folder)
        return
    name = urlsplit(database).path.removeprefix("/")
    with psycopg.connect(SERVER, dbname="postgres", autocommit=True) as operator:
        operator.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        operator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        yield
        operator.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


@pytest.fixture
def database(originals, own_database: Callable[[str, str], str], tmp_path: Path) -> str:
    if IS_POSTGRES:
        return own_database("loaded", "outage")
    (tmp_path / "own").mkdir()
    return originals.file("loaded", tmp_path / "own" / "outage.sqlite3")


@pytest.fixture
def port(database: str, tmp_path: Path) -> Iterator[int]:
    found = free_port()
    environ = os.environ | {
        "PROTECT_DATABASE_URL": database,
        "PROTECT_LEDGER": str(tmp_path / "ledger.jsonl"),
    }
    with subprocess.Popen([PROTECT, "serve", "--port", f"{found}"], env=environ) as server:
        wait_for(f"http://localhost:{found}/sign-in")
        yield found
        server.terminate()


def ask(port: int, host: str, address: str, **headers: str) -> tuple[int, str, str]:
    """Return the status, when to ask again, and the body."""
    request = Request(f"http://{host}:{port}{address}", headers=headers)
    try:
        with urlopen(request) as answer:
            return answer.status, answer.headers.get("Retry-After", ""), answer.read().decode()
    except HTTPError as refused:
        with refused:
            return refused.status, refused.headers.get("Retry-After", ""), refused.read().decode()


def statuses(port: int) -> set[int]:
    return {ask(port, "127.0.0.1", address)[0] for address in ("/trainings/fr/", "/hsds/services")}


def test_outage_answers_503_with_retry_after_and_cached_pages_still_work(port, database):
    assert statuses(port) == {200}
    needs = ask(port, "127.0.0.1", "/fr/ns8wfx-gk")

    with away(database):
        for _ in range(ROUNDS):
            for address in NEEDY:
                status, again, body = ask(port, "127.0.0.1", address)
                assert (status, again.isdigit()) == (503, True), address
            status, again, body = ask(port, "localhost", "/account", **COOKIE)
            assert (status, again.isdigit()) == (503, True)
            assert '<html lang="fr"' in body
            assert ask(port, "127.0.0.1", "/fr/ns8wfx-gk") == needs
            assert ask(port, "localhost", "/sign-in")[0] in (200, 503)

    for _ in range(ROUNDS):
        assert statuses(port) == {200}
        assert ask(port, "localhost", "/sign-in")[0] == 200
