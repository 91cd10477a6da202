"""The answers page over HTTP, beside nginx sending the same bytes from disk. Two cores for all.

wrk loads both from loopback with the same connections, one after the other, three times; the middle
run counts. The page: five answers in Liège, brotli, from the page cache and, refined, never kept.
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.request import Request, urlopen

from tests.serving import PROTECT, free_port, wait_for

TITLE = "The answers page over HTTP"
PAGE = "/en/9wjpfv-rx"
RUNS, SECONDS, CONNECTIONS = 3, 4, 16
HEADERS = ("-H", "Accept-Encoding: br")


@dataclass(frozen=True, slots=True)
class Row:
    """Requests a second and the 99th percentile of the wait in milliseconds."""

    name: str
    rate: float
    p99_ms: float


def measure() -> list[Row]:
    """Return a row for each server, ours first. Empty where wrk or nginx is not installed."""
    if not (shutil.which("wrk") and shutil.which("nginx")):
        return []
    with ours() as address:
        request = Request(f"{address}{PAGE}", headers={"Accept-Encoding": "br"})
        with urlopen(request) as response:
            body, kind = response.read(), response.headers["Content-Type"]
        rows = [Row("page cache, granian", *load(f"{address}{PAGE}"))]
        rows.append(Row("made anew each time, granian", *load(f"{address}{PAGE}?anew")))
    with nginx(body, kind) as address:
        rows.append(Row("nginx, the same bytes from disk", *load(f"{address}/page")))
    return rows


def load(address: str) -> tuple[float, float]:
    """Return requests a second and p99 in milliseconds: the middle of RUNS."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", *HEADERS, address]
    rates, waits = [], []
    for _ in range(RUNS):
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        rates.append(float(_found(r"Requests/sec:\s+([\d.]+)", told)[0]))
        value, unit = _found(r"99%\s+([\d.]+)(us|ms|s)", told)
        waits.append(float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit])
    return median(rates), median(waits)


def _found(pattern: str, told: str) -> tuple[str, ...]:
    match = re.search(pattern, told)
    if match is None:
        raise SystemExit(f"wrk said nothing of {pattern}:\n{told}")
    return match.groups()


@contextmanager
def ours() -> Iterator[str]:
    port = free_port()
    command = [str(PROTECT), "demo", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/en")
        yield address
        server.terminate()


@contextmanager
def nginx(body: bytes, kind: str) -> Iterator[str]:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "page").write_bytes(body)
        config = Path(folder) / "nginx.conf"
        config.write_text(
            f"worker_processes 2; daemon off; pid {folder}/pid; error_log {folder}/errors;\n"
            f"events {{}}\nhttp {{ access_log off; default_type '{kind}'; sendfile on;\n"
            f"server {{ listen 127.0.0.1:{port}; root {folder};\n"
            "location /page { add_header Content-Encoding br; add_header Cache-Control no-store; }"
            "}}\n"
        )
        Path(folder).chmod(0o755)
        with subprocess.Popen(["nginx", "-c", str(config)]) as server:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/page")
            yield address
            server.terminate()


def report() -> str:
    """Return the rows as Markdown, with ratios to the first."""
    rows = measure()
    if not rows:
        return "Not measured: wrk or nginx is not installed."
    lines = ["| server | requests/s | p99 ms | × page cache |", "| --- | ---: | ---: | ---: |"]
    lines += [
        f"| {row.name} | {row.rate:,.0f} | {row.p99_ms:.2f} | {row.rate / rows[0].rate:.2f} |"
        for row in rows
    ]
    return "\n".join(lines)
