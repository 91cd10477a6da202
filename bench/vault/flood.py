"""What 200 people who sign in at once do to those who are working. A real server, over loopback."""

import http.client
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.measure import Timing
from tests.serving import PROTECT, free_port, wait_for

PEOPLE, AT_ONCE = 200, 16
PAGE = "/forgot"  # a page of the desk that asks the database for nothing secret
QUIET_S = 3.0

type Row = tuple[str, int, float, float]


def measure(folder: Path) -> tuple[list[Row], str]:
    """Return the wait of a page while it is quiet and while a flood comes. Units: milliseconds."""
    with _server(folder) as port:
        quiet = _asked(port, until=lambda began: time.monotonic() - began > QUIET_S)
        flood = [threading.Thread(target=_sign_in, args=(port, n)) for n in range(AT_ONCE)]
        began = time.monotonic()
        for each in flood:
            each.start()
        busy = _asked(port, until=lambda _: not any(each.is_alive() for each in flood))
        took = time.monotonic() - began
    rows = [_row("quiet", quiet), _row("in the flood", busy)]
    note = (
        f"{PEOPLE} sign-ins with full Argon2id (64 MiB, three passes; verifier and key) "
        f"took {took:.1f} s, {took / PEOPLE * 1000:.0f} ms each, {AT_ONCE} at a time."
    )
    return rows, note


def _row(name: str, waits: list[float]) -> Row:
    found = Timing.of(waits)
    return name, len(waits), found.p50 / 1000, found.p99 / 1000


def _asked(port: int, until: object) -> list[float]:
    """Ask for a page again and again, as a person does who works. Units: microseconds."""
    waits, began = [], time.monotonic()
    line = http.client.HTTPConnection("127.0.0.1", port)
    while not until(began):  # type: ignore[operator]
        start = time.perf_counter_ns()
        line.request("GET", PAGE, headers={"Host": f"localhost:{port}"})
        answer = line.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        waits.append((time.perf_counter_ns() - start) / 1000)
        time.sleep(0.01)
    return waits


def _sign_in(port: int, number: int) -> None:
    """Send wrong passphrases for people whom nobody knows: they cost as much as the right ones."""
    line = http.client.HTTPConnection("127.0.0.1", port)
    for turn in range(PEOPLE // AT_ONCE):
        line.request("GET", "/sign-in", headers={"Host": f"localhost:{port}"})
        answer = line.getresponse()
        page, cookie = answer.read().decode(), answer.getheader("Set-Cookie", "")
        token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        body = (
            f"csrfmiddlewaretoken={token}&email=demo{number}.{turn}%40demo.example"
            "&password=not-the-right-one-at-all"
        )
        line.request(
            "POST",
            "/sign-in",
            body,
            {
                "Host": f"localhost:{port}",
                "Origin": f"http://localhost:{port}",
                "Cookie": cookie.partition(";")[0],
                "Content-Type": "application/x-www-form-urlencoded",
                # Another network each time, as the proxy in front would name it.
                "X-Forwarded-For": f"198.51.{number}.{turn}",
            },
        )
        answer = line.getresponse()
        answer.read()
        assert answer.status == 403, answer.status


@contextmanager
def _server(folder: Path) -> Iterator[int]:
    port = free_port()
    log = (folder / "log").open("w")
    command = [str(PROTECT), "serve", "--port", str(port), "--workers", "2"]
    with subprocess.Popen(command, stdout=log, stderr=log) as server:
        wait_for(f"http://127.0.0.1:{port}/robots.txt")
        yield port
        server.terminate()
