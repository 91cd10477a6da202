"""Which sealed records somebody may open. Foreign, missing and erased give one and the same 404.

Whoever finds a record here has a place in its team; opening it needs the team's key as well.
"""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from protect.orgs.access import must
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.vault.models import Record


def get_record(scope: Scope, pk: UUID, kind: str) -> Record:
    """Return a record of one of this person's teams, team and organisation loaded.

    Errors: Http404; also for a record of another kind.
    """
    rows = Record.objects.filter(owner_team__in=scope.teams, kind=kind)
    found = rows.select_related("owner_team__organisation").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def must_work(scope: Scope, record: Record) -> None:
    """Refuse who has a place in the record's team, but no work on its files.

    Errors: PermissionDenied.
    """
    must(scope, Permission.WORK, team=record.owner_team)
