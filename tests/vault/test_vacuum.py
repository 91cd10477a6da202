"""Erased bytes leave the files, and who may not clean says so: tried as production does it."""

import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection

from protect.kernel import clock
from protect.vault import expiry
from protect.vault.models import Record
from tests.serving import PROTECT
from tests.vault.cast import AT, LATER, note

ROLES = Path(__file__).resolve().parents[2] / "deploy/roles.sql"
PLANT = """
from datetime import date
from protect.kernel import clock
from protect.orgs.models import Organisation, Team
from protect.vault.models import Record, Sealed
at = clock.now()
office = Organisation.objects.create(name="Demo", kind="school", country="BE", zone="UTC")
team = Team.objects.create(organisation=office, name="Demo")
made = Record.objects.create(
    kind="note", owner_team=team, version=1, retention=date(2020, 1, 1), created=at, changed=at
)
Sealed.objects.create(record=made, version=1, schema=1, ct=b"\\x01" + b"SEALED" * 900, created=at)
"""

type Working = Callable[[], AbstractContextManager[None]]


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def application(transactional_db) -> Iterator[Working]:
    """Work as the application does, in transactions of its own."""
    role = f"app_{uuid4().hex[:8]}"
    grants = ROLES.read_text("utf-8").replace(':"app"', role).replace(":'app'", f"'{role}'")
    run(f"CREATE ROLE {role} NOLOGIN", "\n".join(grants.splitlines()))

    @contextmanager
    def working() -> Iterator[None]:
        run(f"SET ROLE {role}")
        try:
            yield
        finally:
            run("RESET ROLE")

    yield working
    run(f"DROP OWNED BY {role}", f"DROP ROLE {role}")


def erase_due() -> tuple[str, str]:
    out, beside = StringIO(), StringIO()
    with clock.frozen(LATER):
        call_command("vault", "erase-due", stdout=out, stderr=beside)
    return out.getvalue(), beside.getvalue()


def outlived(cast) -> Record:
    made = note(cast.amal, cast.desk)
    Record.objects.filter(pk=made.pk).update(retention=AT.date().replace(month=10, day=1))
    return made


def test_on_sqlite_the_file_holds_no_byte_of_what_was_erased(originals, tmp_path):
    environ = {
        **os.environ,
        "PROTECT_DATABASE_URL": originals.file("migrated", tmp_path / "vault.sqlite3"),
        "PROTECT_LEDGER": f"{tmp_path}/ledger.jsonl",
    }

    def protect(*arguments: str) -> str:
        ran = subprocess.run(
            [PROTECT, *arguments], env=environ, check=True, capture_output=True, text=True
        )
        return ran.stdout

    def holds() -> bool:
        return any(b"SEALEDSEALED" in path.read_bytes() for path in tmp_path.glob("vault*"))

    with closing(sqlite3.connect(tmp_path / "vault.sqlite3")) as server:  # keeps the journal alive
        server.execute("SELECT count(*) FROM vault_record").fetchone()
        protect("shell", "--no-imports", "-c", PLANT)
        assert holds()

        assert "erased 1\n" in protect("vault", "erase-due")

        assert not holds()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_on_postgresql_the_owner_cleans_every_table_of_records(cast):
    outlived(cast)

    assert erase_due() == ("finished 0\nerased 1\nwraps 0\n", "")

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_stat_user_tables WHERE last_vacuum IS NOT NULL"
            " AND relname LIKE 'vault%' ORDER BY relname"
        )
        assert [name for (name,) in cursor.fetchall()] == sorted(expiry.RECORD_TABLES)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_application_erases_and_says_what_it_may_not_clean(cast, application):
    made = outlived(cast)
    kept = note(cast.amal, cast.desk)

    with application():
        said, beside = erase_due()

    assert said == "finished 0\nerased 1\nwraps 0\n"
    assert list(Record.objects.all()) == [kept]
    assert made != kept
    may_clean = connection.pg_version >= expiry.MAINTAIN_PRIVILEGE_VERSION
    assert ("not cleaned" in beside) is not may_clean
