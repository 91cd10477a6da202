"""Attendance: by name and session in trainings, by number alone in information sessions."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from protect.kernel.uuid_model import NamelessModel, UuidModel
from protect.trainings.attendance.enums import AttendanceMethod, AttendanceState
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Session
from protect.vault.models import Record


class Attendance(NamelessModel):
    """A participant's attendance of one session, as staff confirmed it. Units: whole minutes.
    `makes_up` is the session of their own edition for which they sat in a sibling edition."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances")
    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="attendances"
    )
    state = models.CharField(max_length=10, choices=AttendanceState)
    makes_up = models.ForeignKey(
        Session, on_delete=models.PROTECT, null=True, blank=True, related_name="made_up"
    )
    minutes = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=5, choices=AttendanceMethod)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField()
    nonce = models.UUIDField(unique=True)  # of the tick: what a phone sends twice counts once

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
    """A participant says beforehand that they cannot come. It counts nothing until confirmed."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="excuses")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="excuses")
    nonce = models.UUIDField(unique=True)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["received_at", "pk"]
        constraints = [
            UniqueConstraint(name="trainings_excuse_once", fields=["session", "registration"])
        ]


class PrintedList(UuidModel):
    """A list that was printed to be signed: registrations by row. Rows are numbered from 1."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="lists")
    code = models.CharField(max_length=12, unique=True)  # printed on it and in its square codes
    registrations = models.JSONField(default=list)  # ids as text, in the order of the rows
    printed_at = models.DateTimeField()

    class Meta:
        ordering = ["printed_at", "pk"]


class SignedSheet(UuidModel):
    """The scan of a signed list, kept as evidence as long as the grant wants it."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="sheets")
    media_type = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)  # in hexadecimal digits, of the content
    record = models.OneToOneField(Record, on_delete=models.CASCADE, related_name="+")  # sealed
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [UniqueConstraint(name="trainings_sheet_once", fields=["session", "sha256"])]
