from django.conf import settings
from django.db import models
from django.db.models import CASCADE, PROTECT, F, Q

from protect.coordination.groups.models import Group, Member
from protect.coordination.meetings.enums import MeetingKind, Reply
from protect.kernel.database import UuidModel


class Meeting(UuidModel):
    """A meeting of a group. Its times are instants; `zone` says which clock its members read."""

    group = models.ForeignKey(Group, on_delete=PROTECT, related_name="meetings")
    number = models.PositiveIntegerField()  # in the group, from 1
    kind = models.CharField(max_length=12, choices=MeetingKind, default=MeetingKind.REGULAR)
    title = models.CharField(max_length=120, default="", blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    zone = models.CharField(max_length=40)  # IANA
    place = models.CharField(max_length=160, default="", blank=True)
    link = models.URLField(max_length=400, default="", blank=True)  # to join online
    sequence = models.PositiveIntegerField(default=0)  # rises with each change; RFC 5546 §2.1.4
    changed_at = models.DateTimeField()
    # The invitation to the present time: members get it once, then reminders until they answer.
    invited_at = models.DateTimeField(null=True, blank=True)
    invited_count = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True, blank=True)  # the last reminder
    reminded_count = models.PositiveSmallIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    away_told_at = models.DateTimeField(null=True, blank=True)  # members who were not there
    minutes_approved_at = models.DateTimeField(null=True, blank=True)  # None: they are a draft

    class Meta:
        ordering = ["-starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="coordination_meeting_number_once", fields=["group", "number"]
            ),
            models.CheckConstraint(
                name="coordination_meeting_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
            ),
        ]


class Answer(UuidModel):
    """The answer of a member to the invitation to a meeting at its present time."""

    meeting = models.ForeignKey(Meeting, on_delete=CASCADE, related_name="answers")
    member = models.ForeignKey(Member, on_delete=PROTECT, related_name="+")
    reply = models.CharField(max_length=5, choices=Reply)
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["answered_at", "pk"]
        constraints = [
            models.UniqueConstraint(name="coordination_answer_once", fields=["meeting", "member"])
        ]


class Attendance(UuidModel):
    """A member who was at a meeting, for the organisation of that day."""

    meeting = models.ForeignKey(Meeting, on_delete=CASCADE, related_name="attendance")
    member = models.ForeignKey(Member, on_delete=PROTECT, related_name="+")
    organisation_name = models.CharField(max_length=120)

    class Meta:
        ordering = ["organisation_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="coordination_attendance_once", fields=["meeting", "member"]
            )
        ]


class AgendaItem(UuidModel):
    """An item of the agenda, and what the minutes say about it. Each save of the text raises
    `version`, so that a save that has not seen the last one is refused."""

    meeting = models.ForeignKey(Meeting, on_delete=PROTECT, related_name="agenda")
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    text = models.TextField(default="", blank=True)
    version = models.PositiveIntegerField(default=0)
    edited_at = models.DateTimeField(null=True, blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="coordination_item_position_once", fields=["meeting", "position"]
            )
        ]


class Paper(UuidModel):
    """A document for an item of the agenda, scanned and rewritten."""

    item = models.ForeignKey(AgendaItem, on_delete=PROTECT, related_name="papers")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=20)
    content = models.BinaryField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")

    class Meta:
        ordering = ["added_at", "pk"]
