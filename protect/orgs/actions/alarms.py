"""Alarms about keys and notes: raised with a mail to the officers, and answered by an officer."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from protect.audit import models, rules
from protect.audit.context import AuditContext
from protect.orgs import access, enums, errors
from protect.orgs.actions import details
from protect.orgs.alarms import alarms_url
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope

COMPARED = "audit.compare."  # the action of what the server finds by itself, and the fault
WHOLE = f"{COMPARED}whole"
# Faults that the nightly comparison finds, and of which it sees that they are gone.
REPAIRABLE = {f"{COMPARED}{each}" for each in ("other_state", "saved_twice", "missing", "unknown")}


class Answer(NamedTuple):
    """An officer's answer to an alarm. `target`: as an entry's; `outcome`: the alarm's code."""

    target: str
    outcome: str
    reason: str  # in words, without a name


@transaction.atomic
def note_alarm(
    organisation: UUID, target: str, outcome: str, *, action: str, actor: UUID | None, at: datetime
) -> None:
    """Record an alarm, once an hour for each thing, and mail the data protection officers.
    One mail an hour for each code, and only for an entry that was written."""
    noted_this_hour = models.Entry.objects.of_chain(rules.org_chain(organisation)).filter(
        organisation=organisation, outcome=outcome, at__range=(rules.hour_of(at), at)
    )
    if noted_this_hour.about(target).filter(actor=actor).unanswered().exists():
        return
    audit = AuditContext(at=at, actor=actor, organisation=organisation)
    audit.record(action, target, outcome=outcome)  # locks the chain until commit
    if noted_this_hour.count() == 1:
        officers = access.holders(enums.Permission.READ_AUDIT, organisation=organisation)
        access.notify(officers, "key_alarm", at=at, path=alarms_url(organisation))


def raise_alarm(organisation: UUID, target: str, outcome: str, fault: str, *, at: datetime) -> None:
    """Mail officers the result of a comparison by the server, unless it is already known.
    What stays as it is after their answer, a record that is lost for good, is not told again; what
    was whole meanwhile, or was saved anew, is.
    Shapes: target: as an entry's; outcome: the code of the alarm; fault: a code."""
    action = f"{COMPARED}{fault}"
    if _newest_of_thing(organisation, target) != action:
        note_alarm(organisation, target, outcome, action=action, actor=None, at=at)


def note_whole(*, damaged: Collection[str], at: datetime) -> None:
    """Record which things are whole again. Shapes: damaged: targets just found at fault."""
    compared = models.Entry.objects.filter(action__startswith=COMPARED).exclude(target__in=damaged)
    pairs = compared.order_by("chain", "target").values_list("chain", "target").distinct()
    for chain, target in pairs:
        organisation = rules.organisation_of(chain)
        if organisation and _newest_of_thing(organisation, target) in REPAIRABLE:
            with transaction.atomic():
                AuditContext(at=at, actor=None, organisation=organisation).record(WHOLE, target)


def _newest_of_thing(organisation: UUID, target: str) -> str | None:
    entries = models.Entry.objects.of_organisation(organisation).about(target)
    newest = entries.filter(organisation=organisation).filter(
        Q(action__startswith=COMPARED) | Q(state__isnull=False)
    )
    return newest.order_by("-n").values_list("action", flat=True).first()


@transaction.atomic
def answer_alarm(
    scope: Scope, organisation: Organisation, answer: Answer, *, seen: int, at: datetime
) -> None:
    """Record that the alarms about a thing, up to the entry `seen`, are cleared up.
    Errors, after which nothing is written: PermissionDenied; detail_invalid, without a reason;
    alarm_changed, when there is none, or a newer one."""
    access.must(scope, enums.Permission.READ_AUDIT, organisation=organisation)
    target, outcome, reason = answer.target, answer.outcome, details.reason(answer.reason)
    about = models.Entry.objects.of_organisation(organisation.pk).about(target)
    if not about.filter(outcome=outcome).unanswered().exists():
        raise errors.OrganisationRefusal("alarm_changed")
    action, newer = f"{rules.ANSWER}{outcome}", about.filter(n__gt=seen)
    # It locks the chain until the commit, so what is read after it stays as it is.
    scope.audit(organisation.pk, at=at).record(action, target, reason=reason)
    answers = newer.filter(action=action).count()
    if answers > 1 or newer.alarms().filter(outcome=outcome).exists():  # one of them is ours
        raise errors.OrganisationRefusal("alarm_changed")
