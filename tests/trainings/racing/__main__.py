"""One race on the database of PROTECT_DATABASE_URL, which has its places; prints JSON.

`python -m tests.trainings.racing PEOPLE SEATS CLIENTS WAY`: WAY is locked, unlocked or plain.
unlocked: the same action, but nobody holds the edition, and SQLite lets many transactions begin.
plain: a row for each, without counting seats: what the database alone would do.
"""

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from itertools import count
from uuid import uuid4

from django.db import DatabaseError, connection, transaction

from protect.trainings.registrations.actions import register, seats
from protect.trainings.registrations.actions.register import Origin
from protect.trainings.registrations.enums import RegistrationState, Source
from protect.trainings.registrations.models import Participant, Registration
from protect.trainings.scheduling.models import Edition
from tests.orgs.conftest import make_organisation
from tests.trainings import planning
from tests.trainings.planning import AT, make_edition, make_participant
from tests.trainings.racing.clients import MOMENT, release_clients

WAYS = ("locked", "unlocked", "plain")


def main(people: int, limit: int, clients: int, way: str) -> None:
    planning.NUMBERS = count(WAYS.index(way) * 1_000_000 + 1)  # one database, several races
    host = make_organisation(f"Demo Academy {way}")
    edition = make_edition(host, seat_limit=limit)
    persons = [make_participant(host) for _ in range(people)]
    if way == "unlocked":
        disable_lock(clients)
    enter = plain if way == "plain" else register.register_participant
    errors, seconds = race(enter, edition, persons, clients)
    states = Counter(edition.registrations.order_by("pk").values_list("state", flat=True))
    json.dump({"seconds": seconds, "errors": errors, "states": states}, sys.stdout)


def disable_lock(clients: int) -> None:
    """Let everybody count the seats before anybody sits."""
    seats.lock_edition = lambda key: Edition.objects.get(pk=key)  # type: ignore[assignment]
    release_clients()
    gate, seats_of = threading.Barrier(clients), seats.count_seats

    def counted(edition, *, at):
        taken_seats = seats_of(edition, at=at)
        with suppress(threading.BrokenBarrierError):
            gate.wait(MOMENT)
        return taken_seats

    seats.count_seats = counted


def race(enter, edition: Edition, people: Iterable[Participant], clients: int) -> tuple[int, float]:
    """Let clients enter people, each a part of them; return how many failed, and the seconds."""
    parts = [[*people][number::clients] for number in range(clients)]
    start, failed = threading.Barrier(clients + 1), Counter[str]()

    def client(part: list[Participant]) -> None:
        start.wait()
        for person in part:
            try:
                enter(edition, person, Origin(Source.APPLIED), at=AT)
            except DatabaseError:
                failed["errors"] += 1
        connection.close()

    threads = [threading.Thread(target=client, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    start.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    return failed["errors"], time.perf_counter() - begun


@transaction.atomic
def plain(edition: Edition, person: Participant, entry: Origin, *, at) -> None:
    """Write the row of a registration, and count nothing."""
    Registration.objects.create(
        edition=edition,
        participant=person,
        source=entry.source,
        applied_at=at,
        state=RegistrationState.CONFIRMED,
        sent_key=uuid4(),
        token_hash=uuid4().hex,
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]), sys.argv[4])
