"""Row-level security, tried as the role that the application has in production."""

from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction

from protect.orgs.models import Organisation, Team
from protect.vault.models import DekWrap, Record, Sealed
from protect.vault.rows import show_all_rows, show_rows_of_teams

AT = datetime(2026, 11, 25, tzinfo=UTC)
ROLES = Path(__file__).resolve().parents[2] / "deploy/roles.sql"

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


def team(name: str) -> Team:
    owner = Organisation.objects.create(
        name=name, kind="ngo_partner", country="BE", zone="Europe/Brussels", state="active"
    )
    return Team.objects.create(organisation=owner, name=name)


def record(owner: Team) -> Record:
    made = Record.objects.create(
        kind="note", owner_team=owner, version=1, retention=date(2027, 1, 1), created=AT, changed=AT
    )
    Sealed.objects.create(record=made, version=1, schema=1, ct=b"\x01", created=AT)
    DekWrap.objects.create(record=made, version=1, team=owner, team_version=1, wrap=b"\x01")
    return made


@pytest.fixture
def application():
    """Work as the application does: with what roles.sql grants, and no more."""
    role = f"app_{uuid4().hex[:8]}"
    grants = ROLES.read_text("utf-8").replace(':"app"', role).replace(":'app'", f"'{role}'")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role} NOLOGIN")
        cursor.execute("\n".join(x for x in grants.splitlines() if not x.startswith("--")))

    @contextmanager
    def working():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {role}")
            yield
            cursor.execute("RESET ROLE")

    return working


def test_without_a_team_nothing_is_seen(application):
    record(team("Demo one"))

    with application():
        assert (Record.objects.count(), Sealed.objects.count(), DekWrap.objects.count()) == (
            0,
            0,
            0,
        )


def test_team_sees_only_its_own_rows(application):
    mine, other = record(team("Demo one")), record(team("Demo two"))

    with application():
        show_rows_of_teams({mine.owner_team_id})

        assert list(Record.objects.order_by("pk")) == [mine]
        assert list(Sealed.objects.order_by("pk").values_list("record", flat=True)) == [mine.pk]
        assert DekWrap.objects.filter(record=other).update(misses=1) == 0


def test_show_all_rows_shows_every_team(application):
    record(team("Demo one")), record(team("Demo two"))

    with application(), show_all_rows():
        assert Record.objects.count() == 2


@pytest.mark.parametrize("is_refused", [False, True])
def test_rows_of_all_teams_are_hidden_again_after_the_work_on_them(application, is_refused):
    mine, _ = record(team("Demo one")), record(team("Demo two"))

    with application():
        show_rows_of_teams({mine.owner_team_id})
        with suppress(ValueError), show_all_rows():
            assert Record.objects.count() == 2
            if is_refused:
                raise ValueError

        assert list(Record.objects.order_by("pk")) == [mine]


def test_rows_of_another_team_cannot_be_written(application):
    mine, other = team("Demo one"), team("Demo two")

    with application():
        show_rows_of_teams({mine.pk})
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            record(other)


def test_application_role_cannot_change_append_only_rows(application):
    refused = pytest.raises(ProgrammingError, match="permission denied")

    with application(), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_entry")


def test_rows_are_shown_to_a_transaction_only(transactional_db):
    with pytest.raises(transaction.TransactionManagementError):
        show_rows_of_teams(set())
