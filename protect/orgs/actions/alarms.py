"""Raise alarms about keys and notes with a mail to the officers, and record their answers."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from protect.audit import context, models, rules
from protect.orgs import access, enums, errors
from protect.orgs.actions import details
from protect.orgs.alarms import alarms_url
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope

COMPARISON_PREFIX = "audit.compare."  # action prefix; a fault of the nightly comparison follows
REPAIRED_ACTION = (
    f"{COMPARISON_PREFIX}whole"  # audit: a damaged target matches its saved state again
)
# Faults of stored notes that the nightly comparison finds and later recognises as repaired.
REPAIRABLE_FAULTS = ("other_state", "saved_twice", "missing", "unknown")
REPAIRABLE_ACTIONS = {f"{COMPARISON_PREFIX}{fault}" for fault in REPAIRABLE_FAULTS}


class AlarmAnswer(NamedTuple):
    """An officer's answer to the alarms with one code (`outcome`) about one target."""

    target: str
    outcome: str
    reason: str  # in words, without a name


@transaction.atomic
def add_alarm(
    organisation: UUID, target: str, outcome: str, *, action: str, actor: UUID | None, at: datetime
) -> None:
    """Record an alarm, once an hour per actor, target and code, and mail the data protection
    officers: one mail an hour for each code, and only if an entry was written."""
    entries = models.Entry.objects.of_chain(rules.organisation_chain(organisation))
    entries_this_hour = entries.filter(at__range=(rules.hour_of(at), at))
    alarms = entries_this_hour.filter(organisation=organisation, outcome=outcome)
    if alarms.of_target(target).filter(actor=actor).unanswered().exists():
        return
    audit = context.AuditContext(at=at, actor=actor, organisation=organisation)
    audit.record(action, target, outcome=outcome)  # locks the chain until commit
    if alarms.count() == 1:
        officers = access.users_with(enums.Permission.READ_AUDIT, organisation=organisation)
        access.notify(officers, "key_alarm", at=at, path=alarms_url(organisation))


def raise_new_alarm(
    organisation: UUID, target: str, outcome: str, fault: str, *, at: datetime
) -> None:
    """Raise an alarm for a fault that the nightly comparison or a rotation found, unless the
    newest entry that compared or saved the target has the same fault and so was reported before.
    Shapes: target: "<kind>:<uuid>"; outcome: the code of the alarm; fault: a code."""
    action = f"{COMPARISON_PREFIX}{fault}"
    if _newest_action(organisation, target) != action:
        add_alarm(organisation, target, outcome, action=action, actor=None, at=at)


def record_repairs(*, damaged: Collection[str], at: datetime) -> None:
    """Record a repair of each target whose newest fault is repairable, if not in `damaged`."""
    compared = models.Entry.objects.filter(action__startswith=COMPARISON_PREFIX)
    rows = compared.exclude(target__in=damaged).order_by("chain", "target")
    for chain, target in rows.values_list("chain", "target").distinct():
        organisation = rules.organisation_of_chain(chain)
        if organisation and _newest_action(organisation, target) in REPAIRABLE_ACTIONS:
            audit = context.AuditContext(at=at, actor=None, organisation=organisation)
            with transaction.atomic():
                audit.record(REPAIRED_ACTION, target)


def _newest_action(organisation: UUID, target: str) -> str | None:
    """Return the action of the newest entry that compared or saved a target."""
    entries = models.Entry.objects.of_organisation(organisation).of_target(target)
    is_relevant = Q(action__startswith=COMPARISON_PREFIX) | Q(state__isnull=False)
    newest = entries.filter(is_relevant, organisation=organisation)
    return newest.order_by("-n").values_list("action", flat=True).first()


@transaction.atomic
def answer_alarm(
    scope: Scope, organisation: Organisation, answer: AlarmAnswer, *, seen: int, at: datetime
) -> None:
    """Record that the alarms about a target, up to the entry `seen`, are resolved.
    Errors, after which nothing is written: PermissionDenied; detail_invalid without a
    reason; alarm_changed when there is no alarm, or a newer one."""
    access.must(scope, enums.Permission.READ_AUDIT, organisation=organisation)
    target, outcome, lengths = answer.target, answer.outcome, range(1, rules.REASON_LENGTH + 1)
    reason = details.validate_line(answer.reason, "reason", lengths)
    target_entries = models.Entry.objects.of_organisation(organisation.pk).of_target(target)
    if not target_entries.filter(outcome=outcome).unanswered().exists():
        raise errors.OrganisationRefusal("alarm_changed")
    action, newer = f"{rules.ALARM_ANSWER_PREFIX}{outcome}", target_entries.filter(n__gt=seen)
    # Recording locks the chain until the commit, so later reads stay valid.
    scope.audit(organisation.pk, at=at).record(action, target, reason=reason)
    answers = newer.filter(action=action).count()
    if answers > 1 or newer.alarms().filter(outcome=outcome).exists():  # one is this answer
        raise errors.OrganisationRefusal("alarm_changed")
