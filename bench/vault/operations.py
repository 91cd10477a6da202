"""What a member does most, on the code of whichever tree is the working folder; prints JSON.

Run by `bench.vault.versions`, by path, so that one script measures two versions of the code. It
uses only what both have. Takes the number of notes and of turns.
"""

import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import StringIO
from time import perf_counter_ns

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from protect.kernel import clock
from protect.orgs.models import Team
from protect.vault.enums import Kind
from protect.vault.models import Record
from protect.vault.records import records
from protect.vault.records.records import NewRecord
from protect.vault.sessions.unlocked import Unlocked
from protect.vault.team_keys import rotation
from tests.vault.cast import make_cast
from tests.vault.views.desk import Desk

AT, MONTH = datetime(2026, 11, 30, 9, 0, tzinfo=UTC), date(2028, 11, 1)
TEXT = "Demo text that somebody typed after a long day. " * 40  # about 2 KB


def measure(notes: int, turns: int) -> dict[str, list[float]]:
    """Return how long each operation took, each time. Units: microseconds."""
    call_command("migrate", verbosity=0)
    call_command("load_data", verbosity=0, stdout=StringIO())
    cast = make_cast()
    opens, writing = cast.amal.unlocked(), NewRecord(Kind.NOTE, cast.desk)

    def seal(number: int = 0) -> Record:
        return records.seal_record(opens, writing, document(number), retention=MONTH, at=AT)

    note = seal()
    made = [seal() for _ in range(turns)]
    took = {
        "open": times(lambda: records.open_record(opens, note, at=AT), turns),
        "open, the first of a request": times(
            lambda: records.open_record(cast.amal.unlocked(), note, at=AT), turns
        ),
        "seal": times(seal, turns),
        "save": times(
            lambda: records.save_record(opens, made.pop(), document(1), seen=1, at=AT), turns
        ),
    }
    with transaction.atomic():
        for number in range(notes - Record.objects.filter(owner_team=cast.desk).count()):
            seal(number)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as a server that has run for a day has done
    timezone.now = clock.now  # the session expires by the clock of the desk
    with transaction.atomic():
        desk = Desk(at=AT).let_in(cast.amal)
    took["a note as a whole request"] = times(lambda: page(desk, f"/notes/{note.pk}"), turns // 4)
    took[f"a page of the list of {notes:,}"] = times(
        lambda: page(desk, f"/teams/{cast.desk.pk}/notes"), 5
    )
    took[f"search {notes:,}"] = times(
        lambda: records.scan_records(opens, cast.desk, Kind.NOTE, has_needle, at=AT), 5
    )
    holds = cast.sana.unlocked()
    with transaction.atomic():
        rotation.begin_renewal(holds, cast.desk, at=AT)
    took["renew a key: 200 wraps"] = times(lambda: renew(holds, cast.desk), 5)
    return took


@transaction.atomic
def renew(holds: Unlocked, team: Team) -> None:
    rotation.continue_renewal(holds, team, at=AT)


def document(number: int) -> dict[str, object]:
    return {"title": f"Demo needle {number} end", "text": TEXT}


def has_needle(said: dict[str, object]) -> bool:
    return "needle 7 " in str(said["title"])


def page(desk: Desk, address: str) -> None:
    answer = desk.get(address)
    assert answer.status_code == 200, answer


def times(operation: Callable[[], object], turns: int) -> list[float]:
    took = []
    for _ in range(turns):
        start = perf_counter_ns()
        operation()
        took.append((perf_counter_ns() - start) / 1000)
    return took


if __name__ == "__main__":
    json.dump(measure(*map(int, sys.argv[1:])), sys.stdout)
