"""The twin in clear: what the same application would do if it kept documents as they are."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch
from uuid import UUID, uuid4

from django.db import connection, transaction

from protect.audit.context import AuditContext
from protect.vault.models import Record
from protect.vault.records import records
from protect.vault.records.records import OpenedRecord
from protect.vault.sessions import browser_sessions
from protect.vault.sessions.browser_sessions import BrowserSession
from protect.vault.sessions.unlocked import Unlocked
from tests.vault.cast import Cast

MAKE = """
    CREATE TABLE bench_clear (
        id {uuid} PRIMARY KEY, team {uuid} NOT NULL, version integer NOT NULL,
        changed text NOT NULL, document text NOT NULL
    )
"""


def make_table() -> None:
    uuid = "uuid" if connection.vendor == "postgresql" else "text"
    with connection.cursor() as cursor:
        cursor.execute(MAKE.format(uuid=uuid))
        cursor.execute("CREATE INDEX bench_clear_team ON bench_clear (team, changed)")


@transaction.atomic
def seal(cast: Cast, document: dict[str, object], *, at: datetime) -> UUID:
    pk = uuid4()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_clear VALUES (%s, %s, 1, %s, %s)",
            [str(pk), str(cast.desk.pk), at.isoformat(), json.dumps(document)],
        )
    _audit(cast, at).record("vault.seal", f"note:{pk}")
    return pk


@transaction.atomic
def row(*, at: datetime) -> None:
    """Insert one row and nothing else: the least that a commit costs here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_clear VALUES (%s, %s, 1, %s, '')",
            [str(uuid4()), str(uuid4()), at.isoformat()],
        )


@transaction.atomic
def save(cast: Cast, pk: UUID, document: dict[str, object], *, at: datetime) -> None:
    lock = "FOR UPDATE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT version FROM bench_clear WHERE id = %s {lock}", [str(pk)])
        (seen,) = cursor.fetchone()
        cursor.execute(
            "UPDATE bench_clear SET version = %s, changed = %s, document = %s WHERE id = %s",
            [seen + 1, at.isoformat(), json.dumps(document), str(pk)],
        )
    _audit(cast, at).record("vault.save", f"note:{pk}")


@transaction.atomic
def open_(cast: Cast, pk: UUID, *, at: datetime) -> dict[str, object]:
    document = _document(pk)
    _audit(cast, at).record("vault.open", f"note:{pk}")
    return document


@transaction.atomic
def search(cast: Cast, words: str, *, at: datetime) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, changed FROM bench_clear WHERE team = %s AND lower(document) LIKE %s "
            "ORDER BY changed DESC",
            [str(cast.desk.pk), f"%{words}%"],
        )
        found = cursor.fetchall()
    _audit(cast, at).record("vault.scan", f"team:{cast.desk.pk}")
    return found


@contextmanager
def pages_in_clear(cast: Cast) -> Iterator[None]:
    """Let the desk's own pages read the twin: no secret, no key, no tag; all else is the same."""

    def read(opens: Unlocked, record: Record) -> OpenedRecord:
        fresh = Record.objects.get(pk=record.pk)
        return OpenedRecord(fresh, fresh.version, 1, _document(fresh.pk))

    def unlocked_of(entry: BrowserSession) -> Unlocked:
        session = entry.session
        return Unlocked(session.user_id, 1, cast.amal.secret, session.pk, session.stepped_up)

    with (
        patch.object(records, "read", read),
        patch.object(browser_sessions, "unlocked_of", unlocked_of),
    ):
        yield


def copy(cast: Cast, record: Record, document: dict[str, object], *, at: datetime) -> None:
    """Keep in clear, under the same id, what a sealed record says."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_clear VALUES (%s, %s, 1, %s, %s)",
            [str(record.pk), str(cast.desk.pk), at.isoformat(), json.dumps(document)],
        )


def _document(pk: UUID) -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT document FROM bench_clear WHERE id = %s", [str(pk)])
        found: dict[str, object] = json.loads(cursor.fetchone()[0])
    return found


def _audit(cast: Cast, at: datetime) -> AuditContext:
    return AuditContext(at=at, actor=cast.amal.pk, organisation=cast.desk.organisation_id)
