from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import CASCADE, PROTECT, F, Q

from protect.coordination.groups.models import Group, Member
from protect.coordination.meetings.enums import MeetingKind, Reply
from protect.coordination.meetings.models import Meeting
from protect.kernel.database import UuidModel


class DatePollQuerySet(models.QuerySet[Any]):
    def open(self) -> Self:
        """Keep the polls that still ask for answers."""
        return self.filter(ended_at=None, group__closed_at=None)


class DatePoll(UuidModel):
    """A question to the members of a group: which date suits them for a meeting? It ends when one
    of its dates is chosen, or when it is withdrawn."""

    group = models.ForeignKey(Group, on_delete=PROTECT, related_name="polls")
    kind = models.CharField(max_length=12, choices=MeetingKind, default=MeetingKind.REGULAR)
    title = models.CharField(max_length=120, default="", blank=True)
    zone = models.CharField(max_length=40)  # IANA
    place = models.CharField(max_length=160, default="", blank=True)
    link = models.URLField(max_length=400, default="", blank=True)  # to join online
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    meeting = models.OneToOneField(  # planned on the chosen date
        Meeting, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )

    objects = DatePollQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="coordination_poll_with_a_meeting_has_ended",
                condition=Q(meeting=None) | Q(ended_at__isnull=False),
            )
        ]


class ProposedDate(UuidModel):
    """A date of a poll; its times are instants."""

    poll = models.ForeignKey(DatePoll, on_delete=CASCADE, related_name="dates")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="coordination_date_once", fields=["poll", "starts_at", "ends_at"]
            ),
            models.CheckConstraint(
                name="coordination_date_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
            ),
        ]


class DateAnswer(UuidModel):
    """What a member says of a date of a poll."""

    date = models.ForeignKey(ProposedDate, on_delete=CASCADE, related_name="answers")
    member = models.ForeignKey(Member, on_delete=PROTECT, related_name="+")
    reply = models.CharField(max_length=5, choices=Reply)
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["answered_at", "pk"]
        constraints = [
            models.UniqueConstraint(name="coordination_date_answer_once", fields=["date", "member"])
        ]
