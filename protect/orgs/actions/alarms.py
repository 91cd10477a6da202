"""What was noticed of a key or a note: officers are told, and say that it is cleared up."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from protect.audit.actions import record
from protect.audit.models import Entry
from protect.audit.rules import ANSWER, hour_of, org_chain
from protect.orgs.access import must
from protect.orgs.actions.tracing import tell
from protect.orgs.alarms import alarms_url
from protect.orgs.enums import Permission
from protect.orgs.errors import AlarmChanged
from protect.orgs.holders import holders
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope

COMPARED = "audit.compare"  # the action of what the server finds by itself


def tell_officers(organisation: UUID, outcome: str, *, at: datetime) -> None:
    """Mail who reads the history of an organisation, unless its history told it within the hour.

    What an officer has answered and is noticed again is told again.
    """
    lately = Entry.objects.of_organisation(organisation).unanswered()
    if not lately.filter(outcome=outcome, at__gte=hour_of(at)).exists():
        officers = holders(Permission.READ_AUDIT, organisation=organisation)
        tell(officers, "key_alarm", at=at, path=alarms_url(organisation))


@transaction.atomic
def raise_alarm(organisation: UUID, target: str, outcome: str, *, at: datetime) -> bool:
    """Tell officers what the server found of a thing when it compared; once for each thing.

    Shapes: target: as an entry's; outcome: the code of the alarm. Returns whether it was told now.
    """
    found = Entry.objects.of_organisation(organisation).about(target)
    if found.filter(action=COMPARED, outcome=outcome).exists():
        return False
    tell_officers(organisation, outcome, at=at)
    record(
        at=at,
        chain=org_chain(organisation),
        action=COMPARED,
        actor=None,
        org=organisation,
        target=target,
        outcome=outcome,
    )
    return True


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
