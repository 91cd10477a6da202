"""Visibility of team rows in a transaction, and the order in which rows are locked. Row-level
security is a second protection behind the access rules. It needs PostgreSQL: SQLite has none, and
live systems keep no records there. Without a setting no row is visible; the migration defines the
policies. To avoid deadlocks, transactions lock in this order: keys of teams, by team; records;
organisations and teams, as `orgs` does; audit chains, by name."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

from protect.orgs.models import Organisation, Team
from protect.vault.models import TeamKey

ALL_TEAMS = "*"  # for retention, restore and other work without a user


def show_rows_of_teams(teams: Collection[UUID]) -> None:
    """Make only the rows of these teams visible for the rest of this transaction.
    Errors: TransactionManagementError outside a transaction, where it would last too long."""
    _set_shown_teams(",".join(sorted(map(str, teams))))


@contextmanager
def show_all_rows() -> Iterator[None]:
    """Make the rows of all teams visible inside this block, in a (nested) transaction."""
    with transaction.atomic():
        previous_teams = _shown_teams()
        _set_shown_teams(ALL_TEAMS)
        yield
        _set_shown_teams(previous_teams)


@contextmanager
def also_show_rows_of(team: UUID) -> Iterator[None]:
    """Make the rows of one more team visible inside this block, in a nested transaction."""
    with transaction.atomic():
        previous_teams = _shown_teams()
        if previous_teams != ALL_TEAMS:
            _set_shown_teams(",".join(filter(None, [previous_teams, str(team)])))
        yield
        _set_shown_teams(previous_teams)


def _shown_teams() -> str:
    """Return the visible teams as PostgreSQL holds them: ids with commas, "*" or ""."""
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('protect.teams', true), '')")
        return str(cursor.fetchone()[0])


def _set_shown_teams(teams: str) -> None:
    if connection.vendor != "postgresql":
        return
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "team rows can be shown only inside a transaction"
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('protect.teams', %s, true)", [teams])


def lock_team_keys(teams: Collection[UUID]) -> None:
    """Keep other transactions from sealing for these teams or renewing their keys.
    The lock is on the first key version, which is never deleted and so stands for all."""
    first_versions = TeamKey.objects.filter(team__in=teams, version=1)
    list(first_versions.select_for_update(no_key=True).order_by("team"))


def lock_teams_and_keys(teams: Collection[UUID]) -> None:
    """Lock teams, their keys and organisations: no member leaves and no team ends meanwhile."""
    lock_team_keys(teams)
    organisation_ids = Organisation.objects.filter(teams__in=teams).values("pk")
    list(Organisation.objects.locked().filter(pk__in=organisation_ids).order_by("pk"))
    list(Team.objects.locked().filter(pk__in=teams).order_by("pk"))
