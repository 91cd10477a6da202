"""Reminders of steps that are due. Mail says nothing but that work waits."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from protect.coordination.adaptations import access
from protect.coordination.adaptations.enums import StepState
from protect.coordination.adaptations.models import AdaptationStep
from protect.coordination.minutes.rules import must_remind
from protect.notices.enums import Template
from protect.orgs.access import notify, users_with
from protect.orgs.enums import Permission
from protect.orgs.models import User

STEPS_PATH = "/services/checks"


@transaction.atomic
def remind_of_steps(*, at: datetime) -> int:
    """Mail each person once for all due steps of finished plans, from a week before the day, then
    weekly; return how many people. Instead of a person who left, or without one, the
    administrators of the organisation get the mail."""
    today, due, people = at.date(), [], dict[UUID, User]()
    rows = AdaptationStep.objects.select_for_update(of=("self",)).filter(
        state=StepState.OPEN, adaptation__planned_at__isnull=False, adaptation__closed_at=None
    )
    for step in rows.select_related("adaptation", "owner").order_by("pk"):
        if must_remind(step.due_on, step.reminded_on, today):
            step.reminded_on = today
            due.append(step)
            people |= {user.pk: user for user in _receivers(step)}
    AdaptationStep.objects.bulk_update(due, ["reminded_on"])
    notify(people.values(), Template.WORK_WAITING, at=at, path=STEPS_PATH)
    return len(people)


def _receivers(step: AdaptationStep) -> list[User]:
    organisation = step.adaptation.organisation_id
    owner = access.people_of(organisation).filter(pk__in=[step.owner_id], is_active=True)
    administrators = users_with(Permission.MANAGE_ORGANISATION, organisation=organisation)
    return list(owner) or list(administrators.filter(is_active=True))
