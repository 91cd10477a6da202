"""A server that starts again answers from the snapshot file of the one before."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import HTTPError
from urllib.request import urlopen

from tests.serving import PROTECT, free_port, wait_until
from tests.site.test_outage import database

__all__ = ["database"]


@contextmanager
def serving(database, folder) -> Iterator[str]:
    port = free_port()
    environ = os.environ | {
        "PROTECT_DATABASE_URL": database,
        "PROTECT_LEDGER": str(folder / "ledger.jsonl"),
        "PROTECT_SNAPSHOT_FOLDER": str(folder),
    }
    command = [PROTECT, "serve", "--port", f"{port}", "--workers", "2"]
    with subprocess.Popen(command, env=environ) as server:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def status_of(address):
    try:
        with urlopen(address, timeout=30) as response:
            return response.status
    except HTTPError as error:
        error.close()
        return error.code
    except OSError:
        return None


def test_restarted_server_answers_from_the_snapshot_file(database, tmp_path):
    folder = tmp_path / "snapshots"
    folder.mkdir()
    with serving(database, folder) as site:
        wait_until(lambda: status_of(f"{site}/ready") == 200)
        wait_until(lambda: list(folder.glob("*.snapshot")))

    (file,) = folder.glob("*.snapshot")
    assert file.stat().st_mode & 0o777 == 0o600
    with serving(database, folder) as site:
        wait_until(lambda: status_of(f"{site}/ready") == 200)
        assert status_of(f"{site}/en/ns8wfx-gk") == 200
