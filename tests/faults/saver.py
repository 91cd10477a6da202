"""Processes that save sealed notes until they are killed, and say which saves were acknowledged.

    python -m tests.faults prepare       make a team, a person and a note
    python -m tests.faults save          save without end; a line for each commit
    python -m tests.faults storm KILLS   fork savers, kill each with SIGKILL, check each time
    python -m tests.faults fill          save until the disk is full, say so, and go on saying
    python -m tests.faults check         print `whole`, or what is broken and exit 1

What they work on is PROTECT_DATABASE_URL; the person's secret stands in the file FAULT_KEYS.
"""

import json
import os
import random
import select
import signal
import sys
import time
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection
from django.db.models import Count, F

from protect.audit import facts
from protect.orgs.models import Team, User
from protect.vault.enums import Kind
from protect.vault.formats.secrets import UserSecret
from protect.vault.models import DekWrap, Record, Sealed
from protect.vault.records import records
from protect.vault.records.records import NewRecord
from protect.vault.rows import show_all_rows
from tests.vault import cast

AT = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
MONTH = date(2028, 11, 1)


def keys() -> Path:
    return Path(os.environ["FAULT_KEYS"])


def prepare() -> None:
    """Make what is saved to. The person's secret stays in a file beside the database."""
    person = cast.make_person("amal")
    organisation = cast.make_organisation("Demo office")
    team = cast.new_team(organisation, "Demo desk")
    cast.found(team, person)
    team.refresh_from_db()
    record = cast.note(person, team)
    said = {"user": str(person.pk), "team": str(team.pk), "record": str(record.pk)}
    keys().write_text(json.dumps(said | {"secret": person.secret.reveal().hex()}))


def somebody() -> tuple[cast.Person, Team, UUID]:
    said = json.loads(keys().read_text())
    user = User.objects.get(pk=said["user"])
    secret = UserSecret(bytes.fromhex(said["secret"]))
    return cast.Person(user, secret), Team.objects.get(pk=said["team"]), UUID(said["record"])


def save(chance: random.Random | None = None, out: int = 1) -> None:
    """Save one note again and again, and a new one each third time. One line for each commit.

    With `chance` the process kills itself at a random statement: after a text and before its wrap,
    before the audit, before the commit.
    """
    person, team, record = somebody()
    if chance is not None:
        die_at_random(chance)
    unlocked = person.unlocked()
    count = 0
    while True:
        count += 1
        with show_all_rows():
            if count % 3 == 0:
                made = records.seal_record(
                    unlocked, NewRecord(Kind.NOTE, team), {"n": count}, retention=MONTH, at=AT
                )
            else:
                row = Record.objects.get(pk=record)
                made = records.save_record(unlocked, row, {"n": count}, seen=row.version, at=AT)
        os.write(out, f"{made.pk} {made.version}\n".encode())  # only after the commit


def die_at_random(chance: random.Random) -> None:
    """Let this process die at a random statement of a random save."""
    left = chance.randrange(1, 60)

    def count_down(execute: Any, sql: str, *rest: Any) -> Any:
        nonlocal left
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, *rest)

    connection.execute_wrappers.append(count_down)


def storm(kills: int) -> None:
    """Kill savers at random moments; after each, what was acknowledged must be there, whole.

    Every other one kills itself at a random statement, so that each step of a save is met; the
    others are killed from outside, wherever they are.
    """
    chance = random.Random(kills)  # can be repeated
    known: dict[str, int] = {}
    for number in range(1, kills + 1):
        connection.close()  # nothing open may be shared with a child
        for pk, version in one_killed(chance, dies_itself=number % 2 == 0):
            known[pk] = max(version, known.get(pk, 0))
        must_hold(known)
        if number % 50 == 0 or number == kills:
            check()
            sys.stderr.write(f"{number}/{kills} kills, {len(known)} notes\n")
    sys.stdout.write(f"{kills} kills, {sum(known.values())} acknowledged saves, none lost\n")


def fill() -> None:
    """Save until the database has no room left: that save is refused, and nothing of it is kept.

    SQLite is given few more pages; a PostgreSQL stands on a small disk already.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            pages = cursor.execute("PRAGMA page_count").fetchone()[0]
            cursor.execute(f"PRAGMA max_page_count = {pages + 40}")
    try:
        save()
    except DatabaseError as error:
        sys.stdout.write(f"full: {type(error).__name__}\n")


def one_killed(chance: random.Random, *, dies_itself: bool) -> list[tuple[str, int]]:
    """Let one saver live for a moment; return the saves that it had acknowledged."""
    come, go = os.pipe()
    seed, moment = chance.random(), chance.uniform(0.0, 0.06)
    child = os.fork()
    if child == 0:
        os.close(come)
        save(random.Random(seed) if dies_itself else None, out=go)
    os.close(go)
    if not dies_itself:
        select.select([come], [], [], 5)  # its first commit: from here on it is saving
        select.select([], [], [], moment)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL, f"a saver failed: {status}"
    must_be_alone()
    with os.fdopen(come) as said:
        lines = [
            line.split() for line in said.read().splitlines(keepends=True) if line[-1:] == "\n"
        ]
    return [(pk, int(version)) for pk, version in lines]


def must_be_alone() -> None:
    """Wait until the server, too, is done with who was killed: it may still be committing."""
    if connection.vendor != "postgresql":
        return
    others = "backend_type = 'client backend' AND pid <> pg_backend_pid()"
    until = time.monotonic() + 30
    with connection.cursor() as cursor:
        while True:
            cursor.execute(f"SELECT count(*) FROM pg_stat_activity WHERE {others}")
            if cursor.fetchone() == (0,):
                return
            assert time.monotonic() < until, "somebody else is connected"
            time.sleep(0.01)


def must_hold(known: dict[str, int]) -> None:
    """Fail unless every acknowledged version is there; one more may be, killed before it spoke."""
    with show_all_rows():
        rows = {str(pk): n for pk, n in Record.objects.values_list("pk", "version").order_by("pk")}
    lost = {
        pk: (version, rows.get(pk)) for pk, version in known.items() if rows.get(pk, 0) < version
    }
    assert not lost, f"lost: {lost}"


def check() -> None:
    """Open everything that is there, and print what is not whole."""
    person, _team, _record = somebody()
    wrong = []
    with show_all_rows():
        unlocked = person.unlocked()
        for row in Record.objects.order_by("pk"):
            wrong += _faults_of(row)
            opened = records.read(unlocked, row)
            assert opened.version == row.version
        orphans = Sealed.objects.annotate(keys=Count("record__wraps")).filter(keys=0).count()
        late = Sealed.objects.filter(version__gt=F("record__version")).count()
        wrong += [f"{orphans} texts without a key"] * bool(orphans)
        wrong += [f"{late} texts newer than their record"] * bool(late)
    wrong += [f"chain {each.chain}" for each in facts.verify_chains(at=AT) if each.broken]
    if wrong:
        raise SystemExit(f"broken: {wrong}")
    sys.stdout.write("whole\n")


def _faults_of(row: Record) -> list[str]:
    texts = Sealed.objects.filter(record=row).count()
    wraps = DekWrap.objects.filter(record=row).count()
    return [] if texts == wraps == row.version else [f"{row.pk}: {texts} texts, {wraps} wraps"]


def main(step: str, *rest: str) -> None:
    steps = {"prepare": prepare, "save": save, "storm": storm, "fill": fill, "check": check}
    steps[step](*map(int, rest))
