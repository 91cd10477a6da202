"""Everybody presses at one moment: locks keep a seat from two people, and people from two rooms."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

PEOPLE, SEATS, CLIENTS = 12, 3, 6
NUMBERS = (PEOPLE, SEATS, CLIENTS)
BOOKING = ("tests.trainings.racing.booking", (CLIENTS,))


@pytest.fixture
def race(own_database):
    """Return a function that runs a race in a process of its own and says what it left."""
    url = own_database("loaded", "race")

    def run(way: str, what: str = "tests.trainings.racing", numbers=NUMBERS) -> dict:
        done = subprocess.run(
            [sys.executable, "-m", what, *map(str, numbers), way],
            env={**os.environ, "PROTECT_DATABASE_URL": url},
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)

    return run


def test_with_the_lock_nobody_sits_too_many_and_nobody_is_lost(race):
    found = race("locked")

    assert found["states"] == {"confirmed": SEATS, "waiting": PEOPLE - SEATS}
    assert found["errors"] == 0


def test_without_the_lock_too_many_sit_or_somebody_is_lost(race):
    """PostgreSQL lets too many sit; SQLite refuses who counted before somebody else wrote."""
    found = race("unlocked")

    assert found["states"].get("confirmed", 0) > SEATS or found["errors"] > 0


def test_with_the_lock_one_person_is_booked_once_and_the_others_hear_why(race):
    found = race("locked", *BOOKING)

    assert found == {"booked": 1, "refused": CLIENTS - 1, "errors": 0}


def test_without_the_lock_one_person_is_booked_twice_or_somebody_is_lost(race):
    found = race("unlocked", *BOOKING)

    assert found["booked"] > 1 or found["errors"] > 0
