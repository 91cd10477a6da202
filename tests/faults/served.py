"""A server as `protect serve` runs it, its memory, and forms sent to it from outside."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from tests.serving import PROTECT, free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 2  # as deploy/systemd/protect-serve.service has it
NOMINATE = "import django; django.setup(); from tests.faults.nominating import main; main()"
PARSER = b"protect.uploads.worker"  # stands in the command of a parser's process


class Reply(NamedTuple):
    status: int
    text: str
    retry_after: str | None
    seconds: float


class Form(NamedTuple):
    path: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Served:
    port: int
    pid: int
    folder: Path
    sending: str  # address at which an organisation sends a list of names, without an account

    def get(self, path: str) -> Reply:
        return self._ask("GET", path)

    def send(self, form: Form) -> Reply:
        """Post a form that was made ready."""
        return self._ask("POST", form.path, form.body, form.headers)

    def check(self, name: str, content: bytes) -> Reply:
        """Bring a file to the public check of certificates."""
        return self.send(self.check_form(name, content))

    def send_list(self, name: str, content: bytes) -> Reply:
        """Bring a list of names by the link of an organisation."""
        return self.send(self.list_form(name, content))

    def check_form(self, name: str, content: bytes, address: str = "192.0.2.1") -> Form:
        return self._form("/trainings/en/check", address, name, content)

    def list_form(self, name: str, content: bytes, address: str = "192.0.2.1") -> Form:
        said = {"names": "", "country": "BE", "language": "fr"}
        return self._form(self.sending, address, name, content, **said)

    def _form(self, path: str, address: str, name: str, content: bytes, **fields: str) -> Form:
        """Return a form with one file, from an address as the proxy in front names it."""
        boundary = uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in fields.items()
        ]
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        body = "".join([*parts, head]).encode() + content + f"\r\n--{boundary}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Origin": f"http://127.0.0.1:{self.port}",
            "X-Forwarded-For": address,
        }
        return Form(path, body, headers)

    def processes(self) -> dict[int, int]:
        """Return the processes of the server, without parsers, and their memory in MB."""
        found = {}
        for pid in [self.pid, *_children(self.pid)]:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            if PARSER not in command:
                found[pid] = _field(pid, "VmRSS")
        return found

    def forget_peaks(self) -> None:
        for pid in self.processes():
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def peaks(self) -> dict[int, int]:
        """Return the most memory that each process had since `forget_peaks`, in MB."""
        return {pid: _field(pid, "VmHWM") for pid in self.processes()}

    def _ask(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Reply:
        start = time.perf_counter()
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        line.request(method, path, body or None, dict(headers or {}))
        answer = line.getresponse()
        text = answer.read().decode()
        line.close()
        seconds = time.perf_counter() - start
        return Reply(answer.status, text, answer.headers["Retry-After"], seconds)


@contextmanager
def serving(database: str, folder: Path) -> Iterator[Served]:
    """Serve a database that is ready, with an organisation that may send names."""
    port = free_port()
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "protect.site.settings",
        "PROTECT_DATABASE_URL": database,
        "PROTECT_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PROTECT_STAFF_URL": f"http://localhost:{port}",
        "PROTECT_LEDGER": str(folder / "ledger.jsonl"),
    }
    sending = subprocess.run(
        [sys.executable, "-c", NOMINATE],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout.split()[-1]
    command = [str(PROTECT), "serve", "--port", f"{port}", "--workers", f"{WORKERS}"]
    with subprocess.Popen(command, env=environ, cwd=ROOT) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/trainings/en/check")
            yield Served(port, server.pid, folder, sending)
        finally:
            server.terminate()


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            found += [child, *_children(child)]
    return found


def _field(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) // 1024
