from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import PROTECT, Q

from protect.coordination.groups.models import Group, Member
from protect.coordination.meetings.models import AgendaItem, Meeting
from protect.coordination.minutes.enums import ActionState
from protect.kernel.database import UuidModel


class Decision(UuidModel):
    """A decision of a group. Its number is never used again: a decision is withdrawn, not deleted,
    and its text does not change."""

    group = models.ForeignKey(Group, on_delete=PROTECT, related_name="decisions")
    number = models.PositiveIntegerField()  # in the group, from 1
    meeting = models.ForeignKey(Meeting, on_delete=PROTECT, related_name="decisions")
    item = models.ForeignKey(AgendaItem, on_delete=PROTECT, related_name="decisions")
    text = models.CharField(max_length=1000)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                name="coordination_decision_number_once", fields=["group", "number"]
            )
        ]


class ActionPointQuerySet(models.QuerySet[Any]):
    def open(self) -> Self:
        return self.filter(state=ActionState.OPEN)

    def owned_by(self, user: object) -> Self:
        """Keep the actions that a user owns in any group to which the user still belongs."""
        return self.filter(owner__user=user, owner__left_at=None)


class ActionPoint(UuidModel):
    """What a member of a group has to do until a day, as agreed in a meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=PROTECT, related_name="actions")
    item = models.ForeignKey(AgendaItem, on_delete=PROTECT, related_name="actions")
    text = models.CharField(max_length=400)
    owner = models.ForeignKey(Member, on_delete=PROTECT, related_name="+")
    due_on = models.DateField()
    state = models.CharField(max_length=9, choices=ActionState, default=ActionState.OPEN)
    agreed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(  # None: it is open, or its owner ended it as a guest
        settings.AUTH_USER_MODEL, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )
    reminded_on = models.DateField(null=True, blank=True)

    objects = ActionPointQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="coordination_action_ended_has_a_date",
                condition=Q(state="open", ended_at=None)
                | (~Q(state="open") & Q(ended_at__isnull=False)),
            )
        ]

    def is_overdue(self, today: date) -> bool:
        return self.state == ActionState.OPEN and self.due_on < today


class MinutesVersion(UuidModel):
    """Approved minutes, as they were on that day. They never change: a correction is approved as
    the next version."""

    meeting = models.ForeignKey(Meeting, on_delete=PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    lines = models.JSONField()  # of each item: title, text, decisions, actions
    approved_in = models.ForeignKey(Meeting, on_delete=PROTECT, related_name="+")
    approved_at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                name="coordination_minutes_version_once", fields=["meeting", "number"]
            )
        ]
