"""A real clamd with a database of one signature, on a unix socket and on a port of this machine."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.uploads.sample_files import EICAR

CLAMD = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")
ABSENT = "clamd is not installed (apt install clamav-daemon)"
CONFIGURATION = """
Foreground yes
DatabaseDirectory {folder}
LocalSocket {folder}/clamd.ctl
TCPAddr 127.0.0.1
TCPSocket {port}
ConcurrentDatabaseReload no
"""


@dataclass(frozen=True)
class Running:
    path: Path
    port: int


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "clamd: asks a real ClamAV daemon")


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


@pytest.fixture(scope="session")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    if not CLAMD:
        required = "clamd" in os.environ.get("PROTECT_TEST_REQUIRE", "")
        (pytest.fail if required else pytest.skip)(ABSENT)
    folder, port = tmp_path_factory.mktemp("clamd"), free_port()
    (folder / "demo.ndb").write_text(f"Demo.Signature:0:*:{EICAR.hex()}\n")
    (folder / "clamd.conf").write_text(CONFIGURATION.format(folder=folder, port=port))
    command = [CLAMD, "--config-file", str(folder / "clamd.conf")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as daemon:
        said = []
        for line in daemon.stdout:  # says so once it listens; ends if it cannot
            said.append(line.decode())
            if b"Self checking" in line:
                yield Running(folder / "clamd.ctl", port)
                break
        else:
            pytest.fail("".join(said), pytrace=False)
        daemon.terminate()
        daemon.stdout.read()
