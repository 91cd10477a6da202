"""What keeps the directory true: the queue, call tests, providers' links, sent reminders."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from protect.directory.enums import CallState, QueueState
from protect.directory.models.services import Service
from protect.directory.queries import QueueQuerySet
from protect.orgs.models import Organisation
from protect.reference.models import Country


class QueueItem(models.Model):
    """A service that waits to be checked. Which facts, and why, follows from its checks."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="queue")
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
    note = models.CharField(max_length=400, default="", blank=True)  # for who takes it next
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = QueueQuerySet.as_manager()

    class Meta:
        ordering = ["-priority", "opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="directory_queue_one_waiting",
                fields=["service"],
                condition=Q(closed_at=None),
            ),
            models.CheckConstraint(
                name="directory_queue_claimed_has_a_lease",
                condition=Q(
                    state=QueueState.CLAIMED,
                    claimed_by__isnull=False,
                    leased_until__isnull=False,
                )
                | (~Q(state=QueueState.CLAIMED) & Q(leased_until=None)),
            ),
            models.CheckConstraint(
                name="directory_queue_closed_has_a_date",
                condition=Q(state__in=[QueueState.OPEN, QueueState.CLAIMED], closed_at=None)
                | (
                    ~Q(state__in=[QueueState.OPEN, QueueState.CLAIMED]) & Q(closed_at__isnull=False)
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["country", "state", "-priority"], name="directory_queue_order")
        ]

    def __str__(self) -> str:
        return f"queue item {self.pk}"


class CallTest(models.Model):
    """Two people call the numbers, neither knowing what the other heard; then both are compared.

    While it waits without a `second`, a second person is missing; with one, the comparison is.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="calls")
    numbers = models.JSONField()  # as they stood when they were called
    heard = models.CharField(max_length=400)  # who answered, in which words; for the desk
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
                name="directory_call_one_waiting",
                fields=["service"],
                condition=Q(state=CallState.WAITING),
            ),
            models.CheckConstraint(
                name="directory_call_by_two_people", condition=Q(second=None) | ~Q(second=F("by"))
            ),
            models.CheckConstraint(
                name="directory_call_ended_has_a_date",
                condition=Q(state=CallState.WAITING, ended_at=None)
                | (~Q(state=CallState.WAITING) & Q(ended_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"call test {self.pk}"


class ProviderLink(models.Model):
    """A link to one screen about one service, mailed to the service itself. No account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="links")
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
                name="directory_link_expires_after_it_began",
                condition=Q(expires__gt=F("created")),
            ),
        ]

    def __str__(self) -> str:
        return f"link {self.pk}"


class Reminder(models.Model):
    """A digest of what waits, mailed to those who check for an organisation: once a week."""

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
                name="directory_health_once_a_day",
                fields=["country", "day", "fact", "freshness"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fact} of {self.country_id} on {self.day}"


class CoverageSnapshot(models.Model):
    """How far help reached on a day: settlements of a country for one need, language and person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    need = models.CharField(max_length=40)  # code of needs.toml
    language = models.CharField(max_length=35)  # BCP 47
    person = models.CharField(max_length=40)  # code of person_types.toml
    settlements = models.PositiveIntegerField()
    fits = models.PositiveIntegerField()  # settlements with a fitting service within reach
    asks = models.PositiveIntegerField()  # the others with one that must be asked first
    gap_people = models.PositiveBigIntegerField()  # inhabitants of settlements with neither
    median_metres = models.PositiveIntegerField(null=True, blank=True)  # to the nearest of either

    class Meta:
        ordering = ["-day", "country", "need", "language", "person"]
        constraints = [
            models.UniqueConstraint(
                name="directory_coverage_once_a_day",
                fields=["country", "day", "need", "language", "person"],
            ),
        ]

    def __str__(self) -> str:
        return f"coverage of {self.country_id} on {self.day}"
