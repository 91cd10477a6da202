"""Trying out the recovery kit: two officers type their codes, and nothing is opened with them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from protect.audit.context import AuditContext
from protect.audit.models import Entry
from protect.orgs.models import Team
from protect.orgs.scope import Scope
from protect.vault.access import must_drill
from protect.vault.actions import recovery_kit
from protect.vault.actions.unlocked import active_key
from protect.vault.facts import DRILL, DRILLED

RECORDED = "vault.recovery_drill"  # in the audit
BEGINNING = "vault.recovery_kit"


@transaction.atomic
def drill(scope: Scope, team: Team, typed: dict[int, str], *, at: datetime) -> None:
    """Prove that the codes of two officers still open the team's key, and forget it at once.

    Shapes: as `recovery_kit.join`.
    Errors: PermissionDenied, unless a person may let others in or manages the organisation;
    TeamNotReady; CodeWrong; KitHasGaps; RecordDamaged for halves that make another key.
    """
    must_drill(scope, team)
    key = active_key(team.pk, lock=True)
    recovery_kit.join(key, typed)
    audit = AuditContext(at=at, actor=scope.user_id, organisation=team.organisation_id)
    audit.record(RECORDED, f"teamkey:{key.pk}")


def last_drill(organisation: UUID) -> datetime | None:
    """Return when two officers of an organisation last opened a key of it, or tried to."""
    proved = Entry.objects.of_organisation(organisation).filter(action__in=DRILLED)
    return proved.order_by("-n").values_list("at", flat=True).first()


def drill_due(organisation: UUID) -> datetime | None:
    """Return when the next drill is due: six months after the last, or after the first kit.

    None while there is no kit.
    """
    since = last_drill(organisation) or _began(organisation)
    return since + DRILL if since else None


def _began(organisation: UUID) -> datetime | None:
    finished = Entry.objects.of_organisation(organisation).filter(action=BEGINNING)
    return finished.order_by("n").values_list("at", flat=True).first()
