"""Concurrent actions have the right result with locks and a wrong one without."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import count

import pytest
from django.conf import settings

SEATS = "tests.trainings.racing"
PAIRS = "tests.trainings.racing.pairs"
ORDERS = "tests.trainings.racing.orders"
PEOPLE, LIMIT, CLIENTS = 12, 3, 6
NUMBERS = (f"{PEOPLE}", f"{LIMIT}", f"{CLIENTS}")
LOST = "lost"
TRIES = 5  # without locks, who is slow may by chance come after the other has finished


@pytest.fixture(scope="module")
def race(own_database, once_in_run):
    """Return a function that runs a race in its own process and database and returns its result.

    Each race runs once in a test run, although several processes share this file.
    """
    numbers = count(1)

    def run(what: str, *given: str, attempt: int = 0) -> dict:
        def compute() -> str:
            url = own_database("loaded", f"race_{next(numbers)}")
            done = subprocess.run(
                [sys.executable, "-m", what, *given],
                env={**os.environ, "PROTECT_DATABASE_URL": url},
                cwd=settings.BASE_DIR,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            return done.stdout

        return json.loads(once_in_run("-".join((what, *given, str(attempt))), compute))

    return run


@pytest.fixture(scope="module")
def unlocked(race):
    """Return a function that yields what a race leaves without locks, attempt by attempt."""

    def attempts(name: str) -> Iterator[dict]:
        yield race(PAIRS, "unlocked")[name]
        for attempt in range(1, TRIES):
            yield race(PAIRS, "unlocked", name, attempt=attempt)[name]

    return attempts


def test_with_the_lock_seats_are_not_overbooked_and_no_registration_is_lost(race):
    result = race(SEATS, *NUMBERS, "locked")

    assert result["states"] == {"confirmed": LIMIT, "waiting": PEOPLE - LIMIT}
    assert result["errors"] == 0


def test_without_the_lock_seats_are_overbooked_or_registrations_lost(race):
    """PostgreSQL lets too many sit; SQLite refuses who counted before somebody else wrote."""
    attempts = (race(SEATS, *NUMBERS, "unlocked", attempt=number) for number in range(TRIES))

    assert any(
        found["states"].get("confirmed", 0) > LIMIT or found["errors"] > 0 for found in attempts
    )


KEPT = {
    "book_one_trainer": {"said": {"done": 1, "trainings_clash_blocks": 5}, "booked": 1},
    "issue_to_one_person": {"said": {"done": 1, "certificates_stands": 1}, "valid": 1},
    "revoke_two": {"said": {"done": 2}, "states": ["revoked", "revoked"]},
    "count_twice": {"said": {"done": 2}, "revisions": [1, 2]},
    "answer_at_once": {"said": {"done": 2}, "kept": 3},
    "use_a_slip_twice": {"said": {"done": 2, "assessments_slip_gone": 1}, "slips": 3, "kept": 1},
}


@pytest.mark.parametrize("name", KEPT)
def test_with_the_lock_each_race_has_the_expected_result(race, name):
    assert race(PAIRS, "locked")[name] == KEPT[name]


@pytest.mark.parametrize("name", KEPT)
def test_without_the_lock_the_race_has_another_result(unlocked, name):
    assert any(found != KEPT[name] for found in unlocked(name))


def test_with_the_lock_quota_seats_are_not_given_away(race):
    result = race(PAIRS, "locked")["sit_beside_a_quota"]

    assert (result["said"], result["seated"]) == ({"done": 6}, LIMIT)
    assert result["others"] <= 1


def test_without_the_lock_a_quota_is_overbooked_or_a_registration_lost(unlocked):
    attempts = unlocked("sit_beside_a_quota")

    assert any(found["others"] > 1 or LOST in found["said"] for found in attempts)


def test_with_the_lock_confirmed_applications_take_each_seat_once(race):
    result = race(PAIRS, "locked")["confirm_applications"]

    assert (result["said"], result["seated"]) == ({"done": 6}, LIMIT)


def test_without_the_lock_confirmed_applications_take_a_seat_twice_or_are_lost(unlocked):
    attempts = unlocked("confirm_applications")

    assert any(found["seated"] > LIMIT or LOST in found["said"] for found in attempts)


def test_with_the_lock_needs_are_sealed_for_the_current_team(race):
    result = race(PAIRS, "locked")["say_while_the_team_changes"]

    assert result["readable"]
    assert LOST not in result["said"]


def test_without_the_lock_needs_are_unreadable_or_lost(unlocked):
    attempts = unlocked("say_while_the_team_changes")

    assert any(not found["readable"] or LOST in found["said"] for found in attempts)


@pytest.mark.parametrize(
    "name",
    [
        "apply_and_be_listed",
        "arrange_and_book",
        "order_and_withdraw",
        "withdraw_and_say",
        "erase_and_register",
        "clone_and_book",
        "correct_and_offer",
        "book_each_others",
    ],
)
def test_concurrent_actions_wait_for_each_other_without_a_deadlock(race, name):
    result = race(ORDERS)[name]

    assert LOST not in result
    assert result["done"] >= 1


@pytest.mark.postgres
def test_another_lock_order_leads_to_a_deadlock(race):
    assert race(ORDERS)["the_person_first"][LOST] == 1
