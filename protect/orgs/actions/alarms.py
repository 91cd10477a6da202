"""An officer says that what was noticed of a key or a note is cleared up."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from protect.audit.actions import record
from protect.audit.models import Entry
from protect.audit.rules import ANSWER, org_chain
from protect.orgs.access import must
from protect.orgs.enums import Permission
from protect.orgs.errors import AlarmChanged
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope


@transaction.atomic
def answer_alarm(
    scope: Scope, organisation: Organisation, target: str, outcome: str, *, seen: int, at: datetime
) -> None:
    """Write down that what was noticed of a thing, up to the entry `seen`, is cleared up.

    Shapes: target: as an entry's; outcome: the code of the alarm.
    Errors: PermissionDenied; AlarmChanged, when there is none, or a newer one: nothing is written.
    """
    must(scope, Permission.READ_AUDIT, organisation=organisation)
    entries = Entry.objects.of_organisation(organisation.pk).about(target).filter(outcome=outcome)
    if not entries.unanswered().exists():
        raise AlarmChanged
    record(  # from here on nobody else appends to the chain
        at=at,
        chain=org_chain(organisation.pk),
        action=f"{ANSWER}{outcome}",
        actor=scope.user_id,
        org=organisation.pk,
        target=target,
    )
    if entries.alarms().filter(n__gt=seen).exists():
        raise AlarmChanged
