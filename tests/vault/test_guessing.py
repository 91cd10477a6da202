"""Strangers guess at a site that really runs, in two processes, while its people come in."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from tests.serving import PROTECT, free_port, wait_for
from tests.vault.screens import Answer, Browser
from tests.vault.signing import OTHER, PASSWORD, totp
from tests.vault.test_planted import ROOT

AMAL = "amal@demo.example"
OFFICE = "203.0.113.7"  # where amal works
REFUSED = "E-mail address and passphrase do not fit. Your work is safe. Try again."
WAIT = re.compile(r"Wait \d+ seconds?, then try again\. Your work is safe\.")
HALF_MINUTES = iter((-30, 0, 30))  # a code works once, and counts half a minute around it


@dataclass
class Site:
    """A server, and the seed of the one account that it has."""

    port: int
    seed: bytes

    def browser(self, address: str = OFFICE) -> Browser:
        """Return a browser at an address of the network, as the proxy in front names it."""
        return Browser(self.port, headers={"X-Forwarded-For": address})

    def sign_in(self, browser: Browser) -> Answer:
        """Sign amal in; each step is asked for once."""
        begun = browser.post("/sign-in", email=AMAL, password=PASSWORD)
        assert (begun.status, begun.location) == (302, "/sign-in/second-factor?next=%2F")
        at = datetime.now(UTC) + timedelta(seconds=next(HALF_MINUTES))
        return browser.post("/sign-in/second-factor", totp=totp(self.seed, at))

    def guess(self, address: str, email: str = AMAL) -> int:
        """Guess once; return the status, after looking at what the page says."""
        answer = self.browser(address).post("/sign-in", email=email, password=OTHER)
        texts = {403: REFUSED in answer.words, 429: WAIT.search(answer.words) is not None}
        assert texts[answer.status], answer.words
        return answer.status


@pytest.fixture(scope="module")
def site(own_database, tmp_path_factory) -> Iterator[Site]:
    port, folder = free_port(), tmp_path_factory.mktemp("guessing")
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.browser.cheap",
        "PROTECT_DATABASE_URL": own_database("migrated", "guessing"),
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


@contextmanager
def guessed_at(site: Site) -> Iterator[Counter[int]]:
    """Let strangers guess until the block ends: from the owner's own network, and from others."""
    statuses: Counter[int] = Counter()
    over, begun = threading.Event(), threading.Barrier(5)

    def guess_on(number: int) -> None:
        for turn in range(8):
            statuses[site.guess("203.0.113.99" if turn % 2 else f"10.{number}.{turn}.1")] += 1
        begun.wait()
        while not over.is_set():
            statuses[site.guess(f"203.0.113.{90 + number}")] += 1

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(guess_on, number) for number in range(4)]
        begun.wait()
        yield statuses
        over.set()
        for each in running:
            each.result()


def test_a_known_browser_signs_in_and_unlocks_at_once_while_strangers_guess(site):
    owner, locked = site.browser(), site.browser()
    for browser in (owner, locked):
        assert site.sign_in(browser).location == "/"
    owner.post("/sign-out", page="/account")
    locked.post("/lock", page="/account")

    with guessed_at(site) as strangers:
        assert site.sign_in(owner).location == "/"
        assert locked.post("/unlock", password=PASSWORD).location == "/"

    assert strangers[429] > 0
    assert owner.get("/account").status == 200


def test_a_spray_over_a_thousand_accounts_from_one_network_is_stopped(site):
    with ThreadPoolExecutor(4) as pool:
        statuses = Counter(
            pool.map(
                lambda number: site.guess(
                    f"198.51.100.{number % 250}", f"demo{number}@demo.example"
                ),
                range(1000),
            )
        )

    # Thirty, and one after each delay: 1, 2, 4, 8, 16, 32 and 60 seconds, and then one a minute.
    assert 30 <= statuses[403] <= 40
    assert statuses[403] + statuses[429] == 1000
    assert site.guess("192.0.2.1", "demo1000@demo.example") == 403
