from django.conf import settings
from django.db import models
from django.db.models import CASCADE, PROTECT, CheckConstraint, ForeignKey, Q, UniqueConstraint

from protect.kernel.database import NamelessModel, UuidModel
from protect.trainings.attendance.enums import AttendanceMethod, AttendanceState
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Session
from protect.vault.models import Record


class Attendance(NamelessModel):
    """A participant's attendance of one session, confirmed by staff. Units: whole minutes.
    `makes_up` is the missed session, if `session` belongs to another edition of the course."""

    session = ForeignKey(Session, on_delete=PROTECT, related_name="attendances")
    registration = ForeignKey(Registration, on_delete=PROTECT, related_name="attendances")
    state = models.CharField(max_length=10, choices=AttendanceState)
    makes_up = ForeignKey(Session, on_delete=PROTECT, null=True, blank=True, related_name="made_up")
    minutes = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=5, choices=AttendanceMethod)
    confirmed_by = ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()
    nonce = models.UUIDField(unique=True)  # of the tick or scan: sent twice, it counts once

    class Meta:
        ordering = ["session", "pk"]
        constraints = [
            UniqueConstraint(name="trainings_attendance_once", fields=["session", "registration"]),
            UniqueConstraint(
                name="trainings_attendance_made_up_once", fields=["makes_up", "registration"]
            ),
            CheckConstraint(
                name="trainings_attendance_minutes_of_presence",
                condition=Q(state__in=["present", "late", "left_early"]) | Q(minutes=0),
            ),
        ]


class Excuse(NamelessModel):
    """A participant's notice that they cannot come. It has no effect until staff confirm it."""

    session = ForeignKey(Session, on_delete=CASCADE, related_name="excuses")
    registration = ForeignKey(Registration, on_delete=CASCADE, related_name="excuses")
    nonce = models.UUIDField(unique=True)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["received_at", "pk"]
        constraints = [
            UniqueConstraint(name="trainings_excuse_once", fields=["session", "registration"])
        ]


class PrintedList(UuidModel):
    """A printed sign-in sheet, with the registration in each row. Rows count from 1."""

    session = ForeignKey(Session, on_delete=CASCADE, related_name="lists")
    code = models.CharField(max_length=12, unique=True)  # printed, also in its QR codes
    registrations = models.JSONField(default=list)  # ids as text, in the order of the rows
    printed_at = models.DateTimeField()

    class Meta:
        ordering = ["printed_at", "pk"]


class SignedSheet(UuidModel):
    """The scan of a signed sheet, kept as evidence as long as retention.toml requires."""

    session = ForeignKey(Session, on_delete=PROTECT, related_name="sheets")
    media_type = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)  # of the content, in hexadecimal digits
    record = models.OneToOneField(Record, on_delete=CASCADE, related_name="+")  # sealed
    added_by = ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [UniqueConstraint(name="trainings_sheet_once", fields=["session", "sha256"])]
