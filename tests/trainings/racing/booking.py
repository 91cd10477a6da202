"""One race for one trainer on the database of PROTECT_DATABASE_URL; prints JSON.

`python -m tests.trainings.racing.booking CLIENTS WAY`: each client books the same person for a half
day of its own, all of them at one time. WAY is locked or unlocked: the same action, but nobody
holds the person, and SQLite lets many transactions begin.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections import Counter
from contextlib import suppress
from itertools import count

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protect.site.settings")
django.setup()

from django.db import DatabaseError, connection  # noqa: E402 - needs Django set up

from protect.orgs import access  # noqa: E402
from protect.trainings.actions import booking  # noqa: E402
from protect.trainings.enums import BookingRole  # noqa: E402
from protect.trainings.errors import ClashBlocks  # noqa: E402
from protect.trainings.models import Booking, Resource, Session  # noqa: E402
from tests.orgs.conftest import make_organisation, make_person  # noqa: E402
from tests.trainings import planning  # noqa: E402
from tests.trainings.planning import AT, make_edition  # noqa: E402

WAYS = ("locked", "unlocked")
MOMENT = 0.5  # seconds in which everybody who may has looked for clashes


def main(clients: int, way: str) -> None:
    planning.NUMBERS = count((WAYS.index(way) + 5) * 1_000_000)  # one database, several races
    host = make_organisation(f"Demo Academy books {way}")
    scope = access.scope_for(make_person(f"pia-{way}", host, "coordinator").pk)
    trainer = Resource.objects.create(
        organisation=host, kind="person", name="Demo Trainer", created=AT
    )
    sessions = [make_edition(host, half_days=1).sessions.get() for _ in range(clients)]
    if way == "unlocked":
        take_the_lock_off(clients)
    wanted = booking.Wanted(trainer, BookingRole.TRAINER)
    said = race(lambda session: booking.book(scope, session, wanted, at=AT), sessions)
    booked = Booking.objects.filter(resource=trainer).live().count()
    json.dump({"booked": booked, **said}, sys.stdout)


def take_the_lock_off(clients: int) -> None:
    """Let everybody look for clashes before anybody books."""
    booking.lock = lambda keys: list(Resource.objects.filter(pk__in={*keys}).order_by("pk"))
    booking.standing = lambda row: Session.objects.select_related("edition", "request").get(
        pk=row.pk
    )
    connection.settings_dict["OPTIONS"].pop("transaction_mode", None)
    gate, found_against = threading.Barrier(clients), booking.found_against

    def looked(rows):
        found = found_against(rows)
        with suppress(threading.BrokenBarrierError):
            gate.wait(MOMENT)
        return found

    booking.found_against = looked


def race(book, sessions: list[Session]) -> Counter[str]:
    """Let each client book for one session; return how many were refused, and how many failed."""
    start, said = threading.Barrier(len(sessions)), Counter(refused=0, errors=0)

    def client(session: Session) -> None:
        start.wait()
        try:
            book(session)
        except ClashBlocks:
            said["refused"] += 1
        except DatabaseError:
            said["errors"] += 1
        connection.close()

    threads = [threading.Thread(target=client, args=(each,)) for each in sessions]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return said


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
