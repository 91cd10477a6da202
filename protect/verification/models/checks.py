"""What keeps the directory true: the queue, call tests, providers' links, sent reminders."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from protect.directory.service_models import Service
from protect.orgs.models import Organisation
from protect.reference.models import Country
from protect.verification.enums import CallState, QueueState
from protect.verification.queries import QueueQuerySet


class QueueItem(models.Model):
    """A service that waits to be checked. Which facts, and why, follows from its checks."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=QueueState, default=QueueState.OPEN)
    reasons = models.JSONField(default=list)  # codes of enums.QueueReason
    # harm weight × lost confidence × settlements that depend on it, as of the last night
    priority = models.FloatField(default=0)
    dependents = models.PositiveIntegerField(default=0)  # settlements
    opened_at = models.DateTimeField()
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    leased_until = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=400, default="", blank=True)  # for the next user
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = QueueQuerySet.as_manager()

    class Meta:
        ordering = ["-priority", "opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="verification_queue_one_waiting",
                fields=["service"],
                condition=Q(closed_at=None),
            ),
            models.CheckConstraint(
                name="verification_queue_claimed_has_a_lease",
                condition=Q(
                    state=QueueState.CLAIMED,
                    claimed_by__isnull=False,
                    leased_until__isnull=False,
                )
                | (~Q(state=QueueState.CLAIMED) & Q(leased_until=None)),
            ),
            models.CheckConstraint(
                name="verification_queue_closed_has_a_date",
                condition=Q(state__in=[QueueState.OPEN, QueueState.CLAIMED], closed_at=None)
                | (
                    ~Q(state__in=[QueueState.OPEN, QueueState.CLAIMED]) & Q(closed_at__isnull=False)
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["country", "state", "-priority"], name="verification_queue_order")
        ]

    def __str__(self) -> str:
        return f"queue item {self.pk}"


class CallTest(models.Model):
    """Two people call the numbers, neither knowing what the other heard; then both are compared.

    While it waits without a `second`, a second person is missing; with one, the comparison is.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    numbers = models.JSONField()  # as they stood when they were called
    heard = models.CharField(max_length=400)  # the answering person and their words
    state = models.CharField(max_length=10, choices=CallState, default=CallState.WAITING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    second_heard = models.CharField(max_length=400, default="", blank=True)  # as `heard`
    second_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="verification_call_one_waiting",
                fields=["service"],
                condition=Q(state=CallState.WAITING),
            ),
            models.CheckConstraint(
                name="verification_call_by_two_people",
                condition=Q(second=None) | ~Q(second=F("by")),
            ),
            models.CheckConstraint(
                name="verification_call_ended_has_a_date",
                condition=Q(state=CallState.WAITING, ended_at=None)
                | (~Q(state=CallState.WAITING) & Q(ended_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"call test {self.pk}"


class ProviderLink(models.Model):
    """A link to one screen about one service, mailed to the service itself. No account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256, in hexadecimal digits
    by = models.ForeignKey(  # empty: a reminder by the clock
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created = models.DateTimeField()
    expires = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created", "pk"]
        constraints = [
            models.CheckConstraint(
                name="verification_link_expires_after_it_began",
                condition=Q(expires__gt=F("created")),
            ),
        ]

    def __str__(self) -> str:
        return f"link {self.pk}"


class Reminder(models.Model):
    """A weekly digest of waiting checks, mailed to the users who check for an organisation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    waiting = models.PositiveIntegerField()  # items of the queue at that moment

    class Meta:
        ordering = ["-at", "pk"]

    def __str__(self) -> str:
        return f"reminder {self.pk}"


class HealthSnapshot(models.Model):
    """How true the directory of a country was on a day: services by fact and state."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    fact = models.CharField(max_length=16)  # enums.Fact
    freshness = models.CharField(max_length=10)  # enums.Freshness
    services = models.PositiveIntegerField()  # published

    class Meta:
        ordering = ["-day", "country", "fact", "freshness"]
        constraints = [
            models.UniqueConstraint(
                name="verification_health_once_a_day",
                fields=["country", "day", "fact", "freshness"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fact} of {self.country_id} on {self.day}"
