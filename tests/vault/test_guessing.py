"""Strangers guess at a site that really runs, in two processes, while its people come in."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests.conftest import IS_LONG
from tests.vault.guessing_site import Site, serving_site
from tests.vault.signing import PASSWORD

ACCOUNTS = 1000 if IS_LONG else 200


@pytest.fixture(scope="module")
def site(own_database, tmp_path_factory) -> Iterator[Site]:
    folder, database = tmp_path_factory.mktemp("guessing"), own_database("migrated", "guessing")
    with serving_site(database, folder, "tests.browser.cheap") as served:
        yield served


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


def test_spray_over_many_accounts_from_one_network_is_stopped(site):
    with ThreadPoolExecutor(4) as pool:
        statuses = Counter(
            pool.map(
                lambda number: site.guess(
                    f"198.51.100.{number % 250}", f"demo{number}@demo.example"
                ),
                range(ACCOUNTS),
            )
        )

    # Thirty, and one after each delay: 1, 2, 4, 8, 16, 32 and 60 seconds, and then one a minute.
    assert 30 <= statuses[403] <= 40
    assert statuses[403] + statuses[429] == ACCOUNTS
    assert site.guess("192.0.2.1", "another@demo.example") == 403
