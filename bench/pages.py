"""The answers page over HTTP, beside nginx sending the same bytes from disk. Two cores for all.

wrk loads each from loopback with the same connections, one after the other, three times; the middle
run counts. The page: five answers in Liège, brotli. Many pages made anew are answers in all
languages, to all needs and in many towns, with a query, so that they are not cached; refined
answers follow the details of a person, and no cache holds them. CPU is the time of the server's
processes, of which ours has two: it hardly depends on what else the machine does.
"""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from urllib.request import Request, urlopen

from protect.findhelp import access, addresses, public
from tests.serving import PROTECT, free_port, wait_for

TITLE = "The answers page over HTTP"
PAGE = "/en/9wjpfv-rx"
RUNS, SECONDS, CONNECTIONS, WORKERS = 3, 4, 16, 2
SECONDS_TO_READ = 5  # in which each process has read its snapshot; before, it refuses
HEADERS = ("-H", "Accept-Encoding: br")
PLACES, STEP = 12, 7  # for each language: refined answers, and one of how many addresses made anew
# Asks for the addresses of a file in turn.
IN_TURN = """
local paths, at = {}, 0
for path in io.lines("%s") do paths[#paths + 1] = path end
function request() at = at %% #paths + 1; return wrk.format("GET", paths[at]) end
"""
PERSONS = (  # refined searches
    {"gender": "f", "age": "27", "language": "uk"},
    {"gender": "m", "age": "16", "status": "undocumented", "language": "ar"},
    {"gender": "f", "sons": "9, 13", "daughters": "4", "status": "refugee"},
    {"gender": "x", "age": "40", "quiet": "on"},
    {"gender": "f", "age": "71", "language": "ti", "sons": "30"},
)


@dataclass(frozen=True, slots=True)
class Row:
    """Requests a second, 99th percentile of the wait, and the server's CPU time for a request."""

    name: str
    rate: float
    p99_ms: float
    cpu_ms: float


def measure() -> list[Row]:
    """Return a row for each server, ours first. Empty where wrk or nginx is not installed."""
    if not (shutil.which("wrk") and shutil.which("nginx")):
        return []
    subprocess.run([str(PROTECT), "demo", "--build-only"], capture_output=True, check=True)
    with ours() as (server, address):
        request = Request(f"{address}{PAGE}", headers={"Accept-Encoding": "br"})
        with urlopen(request) as response:
            body, kind = response.read(), response.headers["Content-Type"]
        rows = [
            load("page cache, granian", server, f"{address}{PAGE}"),
            load("the same page made anew, granian", server, f"{address}{PAGE}?anew"),
            load_in_turn("many pages made anew, granian", server, address, anew_paths()),
            load_in_turn("refined answers, granian", server, address, refined_paths()),
        ]
    with nginx(body, kind) as (server, address):
        rows.append(load("nginx, the same bytes from disk", server, f"{address}/page"))
    return rows


def anew_paths() -> Iterator[str]:
    """Yield addresses of answers in each language, with a query."""
    needs = [need.short for need in access.public_needs() if need.page == "helper"]
    for number, tag in enumerate(access.languages()):
        paths = [path for path in public.sample_result_addresses(tag) if path[-2:] not in needs]
        yield from (f"{path}?anew" for path in islice(paths, number % STEP, None, STEP))


def refined_paths() -> Iterator[str]:
    """Yield sealed addresses of answers to PERSONS, in each language at several places."""
    persons, spots = cycle(PERSONS), cycle(public.sample_spots())
    needs = cycle([need for need in access.public_needs() if need.page != "helper"])
    for language in access.languages().values():
        for spot, need in islice(zip(spots, needs, strict=False), PLACES):
            search = addresses.RefinedSearch(spot.code, need.short, next(persons))
            yield addresses.sealed_address(language, search)


def load_in_turn(name: str, server: int, address: str, paths: Iterable[str]) -> Row:
    """Return what `load` does, for requests that ask for each path in turn."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "paths").write_text("\n".join(paths))
        (Path(folder) / "turn.lua").write_text(IN_TURN % f"{folder}/paths")
        return load(name, server, address, "-s", f"{folder}/turn.lua")


def load(name: str, server: int, address: str, *options: str) -> Row:
    """Return the row of a server, by its process id: of each column the middle of RUNS."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", *HEADERS]
    runs = []
    for _ in range(RUNS):
        before = cpu_seconds(server)
        run = subprocess.run([*command, *options, address], capture_output=True, check=True)
        told, used = run.stdout.decode(), cpu_seconds(server) - before
        if "Non-2xx" in told:
            raise SystemExit(f"some answers were errors:\n{told}")
        rate = float(_found(r"Requests/sec:\s+([\d.]+)", told)[0])
        count = int(_found(r"(\d+) requests in", told)[0])
        value, unit = _found(r"99%\s+([\d.]+)(us|ms|s)", told)
        wait = float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
        runs.append((rate, wait, used / count * 1000))
    return Row(name, *map(median, zip(*runs, strict=True)))


def cpu_seconds(server: int) -> float:
    """Return the CPU time that a process and its children have used, by the kernel."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        _state, parent, *fields = path.read_text().rpartition(")")[2].split()
        if server in (int(path.parent.name), int(parent)):
            ticks += int(fields[9]) + int(fields[10])
    return ticks / os.sysconf("SC_CLK_TCK")


def _found(pattern: str, told: str) -> tuple[str, ...]:
    match = re.search(pattern, told)
    if match is None:
        raise SystemExit(f"wrk said nothing of {pattern}:\n{told}")
    return match.groups()


@contextmanager
def ours() -> Iterator[tuple[int, str]]:
    """Yield the process id and the address of our server."""
    port = free_port()
    command = [str(PROTECT), "serve", "--port", str(port), "--workers", str(WORKERS)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(f"{address}/en")
            time.sleep(SECONDS_TO_READ)
            yield server.pid, address
        finally:
            server.terminate()


@contextmanager
def nginx(body: bytes, kind: str) -> Iterator[tuple[int, str]]:
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
            try:
                wait_for(f"{address}/page")
                yield server.pid, address
            finally:
                server.terminate()


def report() -> str:
    """Return the rows as Markdown, with ratios to the first."""
    rows = measure()
    if not rows:
        return "Not measured: wrk or nginx is not installed."
    lines = [
        "| server | requests/s | p99 ms | CPU ms a request | × page cache |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {row.name} | {row.rate:,.0f} | {row.p99_ms:.2f} | {row.cpu_ms:.3f} "
        f"| {row.rate / rows[0].rate:.3f} |"
        for row in rows
    ]
    return "\n".join(lines)
