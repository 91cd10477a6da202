"""Which teams' rows a transaction may see, and in which order it locks rows.
Row-level security is a second net under the access rules. PostgreSQL only: SQLite has nothing of
the kind, and live systems keep no records there. Unset, no row is seen; the policies stand in the
migration. So that no two transactions ever wait for each other, they lock keys of teams, by team;
records; organisations and teams, as `orgs` does; then the chains of the audit, by name. A caller
that needs several takes them in this order."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

from protect.orgs.models import Organisation, Team
from protect.vault.models import TeamKey

ALL = "*"  # for retention, restore and other work that belongs to no person


def show_teams(teams: Collection[UUID]) -> None:
    """Let the rest of this transaction see the rows of some teams.
    Errors: TransactionManagementError outside a transaction, where it would last too long."""
    _set(",".join(sorted(map(str, teams))))


@contextmanager
def all_rows() -> Iterator[None]:
    """See the rows of all teams, in a transaction of its own."""
    with transaction.atomic():
        _set(ALL)
        yield


@contextmanager
def also_rows_of(team: UUID) -> Iterator[None]:
    """See the rows of one more team in a transaction of its own; afterwards as before."""
    with transaction.atomic():
        before = _shown()
        if before != ALL:
            _set(",".join(filter(None, [before, str(team)])))
        yield
        _set(before)


def _shown() -> str:
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('protect.teams', true), '')")
        return str(cursor.fetchone()[0])


def _set(teams: str) -> None:
    if connection.vendor != "postgresql":
        return
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("rows are shown to a transaction")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('protect.teams', %s, true)", [teams])


def hold_keys(teams: Collection[UUID]) -> None:
    """Keep other transactions from sealing for these teams, or renewing keys, until this one ends.
    The first version's row stands for them all: it never goes, and no other takes its place while a
    request waits for it."""
    firsts = TeamKey.objects.filter(team__in=teams, version=1)
    list(firsts.select_for_update(no_key=True).order_by("team"))


def hold_teams(teams: Collection[UUID]) -> None:
    """Hold the keys of teams, and the teams: no member leaves and no team ends meanwhile."""
    hold_keys(teams)
    above = Organisation.objects.filter(teams__in=teams).values("pk")
    list(Organisation.objects.locked().filter(pk__in=above).order_by("pk"))
    list(Team.objects.locked().filter(pk__in=teams).order_by("pk"))
