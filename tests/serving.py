"""Servers of tests: a free port, and waiting until a server answers."""

import shutil
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

PROTECT = Path(sys.executable).parent / "protect"
# The headless shell is Chromium without windows; a journey costs less than half the time in it.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
PATIENCE_S = 60  # seconds until a server must answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            urlopen(address).close()
        except URLError:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.1)
        else:
            return


def wait_until(is_true: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not is_true():
        assert time.monotonic() < until, "the condition did not become true in time"
        time.sleep(0.05)
