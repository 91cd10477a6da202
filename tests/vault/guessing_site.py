"""A site that really runs, in two processes, with one account; and who guesses at it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.serving import PROTECT, free_port, wait_for
from tests.vault.screens import Answer, Browser
from tests.vault.signing import OTHER, PASSWORD, totp
from tests.vault.test_planted import ROOT

AMAL = "amal@demo.example"
OFFICE = "203.0.113.7"  # where amal works
REFUSED = "The e-mail address or passphrase is not correct. Your work is safe. Try again."
WAIT = re.compile(r"Wait \d+ seconds?, then try again\. Your work is safe\.")
HALF_MINUTES = (-30, 0, 30)  # a code works once, and counts half a minute around it


@dataclass
class Site:
    """A server, and the seed of the one account that it has."""

    port: int
    seed: bytes
    moments: Iterator[int] = field(default_factory=lambda: iter(HALF_MINUTES))

    def browser(self, address: str = OFFICE) -> Browser:
        """Return a browser at an address of the network, as the proxy in front names it."""
        return Browser(self.port, headers={"X-Forwarded-For": address})

    def sign_in(self, browser: Browser) -> Answer:
        """Sign amal in; each step is asked for once."""
        begun = browser.post("/sign-in", email=AMAL, password=PASSWORD)
        assert (begun.status, begun.location) == (302, "/sign-in/second-factor?next=%2F")
        at = datetime.now(UTC) + timedelta(seconds=next(self.moments))
        return browser.post("/sign-in/second-factor", totp=totp(self.seed, at))

    def guess(self, address: str, email: str = AMAL) -> int:
        """Guess once; return the status, after looking at what the page says."""
        answer = self.browser(address).post("/sign-in", email=email, password=OTHER)
        texts = {403: REFUSED in answer.words, 429: WAIT.search(answer.words) is not None}
        assert texts[answer.status], answer.words
        return answer.status


@contextmanager
def serving_site(database: str, folder: Path, settings: str) -> Iterator[Site]:
    """Serve a database that is ready, with one account."""
    port = free_port()
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": settings,
        "PROTECT_DATABASE_URL": database,
        "PROTECT_STAFF_URL": f"http://localhost:{port}",
        "PROTECT_LEDGER": f"{folder}/ledger.jsonl",
        "PYTHONPATH": str(ROOT),
    }
    made = subprocess.run(
        [sys.executable, "-m", "tests.vault.guessing_world"],
        env=environ,
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    command = [PROTECT, "serve", "--port", f"{port}", "--workers", "2"]
    with subprocess.Popen(command, env=environ, cwd=ROOT) as server:
        wait_for(f"http://localhost:{port}/sign-in")
        yield Site(port, bytes.fromhex(made.stdout.strip()))
        server.terminate()
