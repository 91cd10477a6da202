"""Attendance from a table: rows a second, against the same rows written plainly.

Ours reads the table, looks each row up, applies the rules and writes all of it or nothing. The
plain side writes the same rows in one go and looks at nothing. Percentages are those of every
person of one edition.
"""

import os
from collections.abc import Sequence
from time import perf_counter
from typing import Any
from uuid import uuid4

from django.db import transaction

from bench.measure import table

PEOPLE = int(os.environ.get("PROTECT_BENCH_ATTENDING", "5000"))
SESSIONS = 10
HEADER = ("rows", "read and noted/s", "plain rows/s", "× plain (time)", "percentages/s")


def report() -> str:
    """Return the table. Everything is rolled back."""
    from django.test.utils import setup_databases, teardown_databases

    before = setup_databases(0, interactive=False)
    try:
        row = line()
    finally:
        teardown_databases(before, 0)
    return f"{PEOPLE:,} people, {SESSIONS} sessions.\n\n{table(HEADER, [row])}"


def line() -> tuple[Any, ...]:
    """Return the row of measured values."""
    from protect.trainings.attendance import tables
    from protect.trainings.attendance.lists import shares_of
    from protect.trainings.attendance.models import Attendance
    from protect.trainings.attendance.tables import parse_table

    edition, scope, text = _create_edition()
    at = edition.sessions.order_by("number").last().ends_at
    start = perf_counter()
    rows, bad_rows = parse_table(text)
    bad_rows += tables.find_bad_rows(edition, rows)
    changed = tables.import_attendance(scope, edition, rows, at=at)
    ours = perf_counter() - start
    if bad_rows or changed != len(rows):
        raise RuntimeError(f"{len(bad_rows)} rows do not fit, {changed} of {len(rows)} were noted")
    keys = list(edition.registrations.order_by("pk").values_list("pk", flat=True))
    start = perf_counter()
    shares = shares_of(edition, keys)
    counted = len(shares) / (perf_counter() - start)
    stored = list(Attendance.objects.order_by("pk"))
    Attendance.objects.all().delete()
    for attendance in stored:
        attendance.pk = None
    start = perf_counter()
    with transaction.atomic():
        Attendance.objects.bulk_create(stored, batch_size=500)
    plain = perf_counter() - start
    return len(rows), len(rows) / ours, len(rows) / plain, ours / plain, counted


def _create_edition() -> tuple[Any, Any, str]:
    """Return an edition with registrations, the scope of its coordinator, and its attendance
    table."""
    from django.core.management import call_command

    from protect.trainings.registrations.models import Participant, Registration
    from tests.trainings.planning import AT, make_edition, make_planners

    call_command("load_data", verbosity=0)
    planners = make_planners()
    edition = make_edition(planners.host, seat_limit=None, sessions=SESSIONS)
    people = Participant.objects.bulk_create(
        Participant(
            host=planners.host,
            name=f"Demo {number}",
            email=f"bench{number}@demo.example",
            country_id="BE",
            language_id="en",
            created=AT,
        )
        for number in range(PEOPLE)
    )
    rows = Registration.objects.bulk_create(
        Registration(
            edition=edition,
            participant=person,
            source="applied",
            applied_at=AT,
            state="confirmed",
            sent_key=uuid4(),
            token_hash=uuid4().hex * 2,
        )
        for person in people
    )
    return edition, planners.scope("tom"), _table(rows)


def _table(rows: Sequence[Any]) -> str:
    """Return the attendance of every person in every session as CSV."""
    states = ("present,", "late,90", "absent,", "left_early,170")
    lines = [
        f"{number},{row.pk},{states[place % 4]}"
        for number in range(1, SESSIONS + 1)
        for place, row in enumerate(rows)
    ]
    return "\n".join(["session,registration,state,minutes", *lines])
