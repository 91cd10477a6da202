"""An owner comes in by their own browser, while a stranger tries their account once a second."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.vault.guessing_site import Site, serving_site

BEFORE = 60  # tries of the stranger before the owner comes
SECONDS = 2


@pytest.fixture(scope="module")
def site(originals, tmp_path_factory) -> Iterator[Site]:
    """A server with the costs of a live one: Argon2 with 64 MiB."""
    folder = tmp_path_factory.mktemp("guessed")
    database = originals.file("migrated", folder / "site.sqlite3")
    with serving_site(database, folder, "protect.site.settings") as served:
        yield served


@contextmanager
def tried_each_second(site: Site) -> Iterator[Counter[int]]:
    """Let a stranger try once a second until the block ends; count the statuses they got."""
    statuses: Counter[int] = Counter()
    over = threading.Event()

    def try_on() -> None:
        while not over.wait(1):
            statuses[site.guess("198.51.100.9")] += 1

    stranger = threading.Thread(target=try_on)
    stranger.start()
    try:
        yield statuses
    finally:
        over.set()
        stranger.join()


@pytest.mark.by_hand
def test_an_owner_signs_in_at_once_while_a_stranger_tries_each_second(site):
    owner = site.browser()
    assert site.sign_in(owner).location == "/"
    owner.post("/sign-out", page="/account")

    seconds = []
    with tried_each_second(site) as tries:
        while tries.total() < BEFORE:
            time.sleep(0.1)
        for _ in range(2):
            begun = time.monotonic()
            assert site.sign_in(owner).location == "/"
            seconds.append(time.monotonic() - begun)
            owner.post("/sign-out", page="/account")

    told = ", ".join(f"{each:.2f} s" for each in seconds)
    print(f"after {tries.total()} tries {dict(tries)} the owner was in after {told}")  # noqa: T201
    assert tries[429] > 0
    assert max(seconds) < SECONDS
