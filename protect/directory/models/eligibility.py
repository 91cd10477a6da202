"""Eligibility: criteria, areas, documents, accessibility and capacity of a service."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from protect.directory.enums import Access, Answer, Cost, Kind, Operator
from protect.directory.models.services import Service
from protect.reference.models import Area, Country, Place


class Criterion(models.Model):
    """One stated condition. No row of a kind means unknown."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="criteria")
    kind = models.CharField(max_length=30, choices=Kind)
    operator = models.CharField(max_length=12, choices=Operator)
    values = models.JSONField(default=list, blank=True)  # codes, see enums.Kind
    minimum = models.PositiveSmallIntegerField(null=True, blank=True)  # whole years
    maximum = models.PositiveSmallIntegerField(null=True, blank=True)  # whole years, included
    answer = models.CharField(max_length=14, choices=Answer, default="", blank=True)
    note = models.CharField(max_length=400, default="", blank=True)  # in which cases

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="directory_criterion_range_has_an_end",
                condition=~Q(operator=Operator.RANGE)
                | Q(minimum__isnull=False)
                | Q(maximum__isnull=False),
            ),
            models.CheckConstraint(
                name="directory_criterion_range_in_order",
                condition=Q(minimum=None) | Q(maximum=None) | Q(minimum__lte=models.F("maximum")),
            ),
            models.CheckConstraint(
                name="directory_criterion_answer_given",
                condition=~Q(operator=Operator.ANSWER) | ~Q(answer=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.service_id}"


class ServiceArea(models.Model):
    """Where people must be to be helped: a country, a region, or a place and a radius."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="areas")
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    radius_km = models.PositiveSmallIntegerField(null=True, blank=True)  # kilometres

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="directory_area_exactly_one",
                condition=Q(country__isnull=False, area=None, place=None)
                | Q(country=None, area__isnull=False, place=None)
                | Q(country=None, area=None, place__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"area of {self.service_id}"


class RequiredDocument(models.Model):
    """A required document. Codes of documents.toml."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="documents")
    document = models.CharField(max_length=40)
    note = models.CharField(max_length=400, default="", blank=True)

    def __str__(self) -> str:
        return f"{self.document} for {self.service_id}"


class CostOption(models.Model):
    """What it costs."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="costs")
    # "" = in words only, because no code says them
    kind = models.CharField(max_length=4, choices=Cost, default="", blank=True)
    note = models.CharField(max_length=400, default="", blank=True)

    def __str__(self) -> str:
        return f"{self.kind} at {self.service_id}"


class Accessibility(models.Model):
    """Whether a person who does not walk, hear or see can use it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="accessibility")
    kind = models.CharField(max_length=10, choices=Access)
    answer = models.CharField(max_length=14, choices=Answer)
    note = models.CharField(max_length=400, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="directory_access_once", fields=["service", "kind"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.service_id}"


class Unit(models.Model):
    """A family shape that a service has rooms for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="units")
    adult_gender = models.CharField(max_length=1, default="", blank=True)  # f, m, x; "" = any
    children = models.PositiveSmallIntegerField(default=0)  # 0 to 4; 4 = four or more
    oldest_boy = models.PositiveSmallIntegerField(null=True, blank=True)  # whole years
    answer = models.CharField(max_length=14, choices=Answer)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"unit of {self.service_id}"


class ServiceCapacity(models.Model):
    """The number of free places. Past `expires_at` it is unknown, never 0."""

    service = models.OneToOneField(
        Service, on_delete=models.CASCADE, primary_key=True, related_name="capacity"
    )
    available = models.PositiveSmallIntegerField()
    maximum = models.PositiveSmallIntegerField(null=True, blank=True)
    updated_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"capacity of {self.service_id}"


class ClinicalOffer(models.Model):
    """A medical act that only helps within hours of the event."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="clinical")
    act = models.CharField(max_length=40)
    window_hours = models.PositiveSmallIntegerField()  # hours since the event
    source = models.CharField(max_length=400)
    checked = models.DateField(null=True, blank=True)  # empty = not confirmed yet

    def __str__(self) -> str:
        return f"{self.act} at {self.service_id}"
