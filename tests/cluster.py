"""A PostgreSQL server for one test, which may read its files, kill it or fill its disk."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.serving import free_port

ROLE = "protect"
ABSENT = "PostgreSQL's server is not installed (apt install postgresql)"


def binaries() -> Path | None:
    """Return the folder of the newest server programs, None if none is installed."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4])
    )
    if versions:
        return versions[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@dataclass
class Cluster:
    """A server in a folder. It syncs all writes to the disk, as in production."""

    bin: Path
    folder: Path
    port: int

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        return f"postgresql://{ROLE}@127.0.0.1:{self.port}/{ROLE}"

    def make(self) -> None:
        self._run("initdb", "-D", self.data, "-U", ROLE, "--auth=trust", "-E", "UTF8", "-k")
        self.start()
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", ROLE, ROLE)

    def start(self) -> None:
        """Start the server and wait until it answers; after a kill it recovers first."""
        where = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder}"
        log = ("-l", self.folder / "log")
        self._run("pg_ctl", "-D", self.data, *log, "-w", "-t", "60", "-o", where, "start")

    def kill(self) -> None:
        """Kill the server and its child processes, as a power cut does, if they still run."""
        file = self.data / "postmaster.pid"
        if not file.exists():
            return
        server_pid = int(file.read_text().splitlines()[0])
        for pid in (server_pid, *_child_pids(server_pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while _is_running(server_pid):
            os.sched_yield()

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "stop", check=False)

    def _run(self, program: str, *arguments: object, check: bool = True) -> None:
        command = [str(self.bin / program), *map(str, arguments)]
        if os.getuid() == 0:  # the server refuses to run as root
            command = [
                "setpriv",
                "--reuid=postgres",
                "--regid=postgres",
                "--clear-groups",
                *command,
            ]
        process = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd="/", check=False
        )
        assert process.returncode == 0 or not check, f"{program} failed: {process.returncode}"


@contextmanager
def cluster(parent: Path = Path("/tmp")) -> Iterator[Cluster]:
    """Yield a running server in a temporary folder; delete both afterwards. Needs `binaries`."""
    folder_of_programs = binaries()
    assert folder_of_programs, ABSENT
    folder = Path(tempfile.mkdtemp(prefix="protect-pg.", dir=parent))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    server = Cluster(folder_of_programs, folder, free_port())
    try:
        server.make()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _child_pids(pid: int) -> list[int]:
    output = subprocess.run(
        ["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return [int(line) for line in output.split()]


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
