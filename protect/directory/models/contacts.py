"""How a service is reached: places, numbers, hours, languages."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from protect.directory.enums import Answer, Audience, Channel, Cost, How, PhoneKind
from protect.directory.models.services import TEXT_LENGTH, Organisation, Service
from protect.reference.models import Language, Place


class Location(models.Model):
    """A place where help is given. A service with a never stored address has none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    latitude = models.FloatField(null=True, blank=True)  # degrees, WGS84
    longitude = models.FloatField(null=True, blank=True)  # degrees, WGS84
    is_exact = models.BooleanField(default=False)  # False: the centre of the city, never the door
    address = models.CharField(max_length=240, default="", blank=True)
    postal_code = models.CharField(max_length=16, default="", blank=True)
    city = models.CharField(max_length=120, default="", blank=True)  # as the source writes it
    zone = models.CharField(max_length=40)  # IANA
    audience = models.CharField(max_length=14, choices=Audience, default=Audience.PUBLIC)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="directory_location_never_stored_has_no_row",
                condition=~Q(audience=Audience.NEVER_STORED),
            ),
            models.CheckConstraint(
                name="directory_location_both_coordinates",
                condition=Q(latitude=None, longitude=None)
                | Q(
                    latitude__isnull=False,  # a comparison with nothing would pass
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"location {self.pk}"


class ServiceAtLocation(models.Model):
    """A service given at a location."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="at_locations")
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="services")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="directory_service_once_at_location", fields=["service", "location"]
            ),
        ]

    def __str__(self) -> str:
        return f"service {self.service_id} at {self.location_id}"


class Phone(models.Model):
    """A number: E.164, or a national short number as dialled."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="phones")
    position = models.PositiveSmallIntegerField(default=0)
    number = models.CharField(max_length=20)
    kind = models.CharField(max_length=8, choices=PhoneKind, default=PhoneKind.VOICE)
    cost = models.CharField(max_length=4, choices=Cost, default="", blank=True)
    shown_on_bill = models.CharField(max_length=14, choices=Answer, default=Answer.UNKNOWN)
    works_without_credit = models.CharField(max_length=14, choices=Answer, default=Answer.UNKNOWN)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                name="directory_phone_once", fields=["service", "number", "kind"]
            ),
            models.CheckConstraint(
                name="directory_phone_is_a_number", condition=Q(number__regex=r"^\+?[0-9]{2,15}$")
            ),
        ]

    def __str__(self) -> str:
        return f"phone {self.pk}"


class Schedule(models.Model):
    """When one door of a service is open."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="schedules")
    channel = models.CharField(max_length=5, choices=Channel)
    expression = models.CharField(max_length=400, default="", blank=True)  # OpenStreetMap syntax
    by_appointment = models.BooleanField(default=False)
    note = models.CharField(max_length=400, default="", blank=True)  # what no syntax can say

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="directory_schedule_one_a_channel", fields=["service", "channel"]
            ),
        ]

    def __str__(self) -> str:
        return f"schedule {self.pk}"


class LanguageOffered(models.Model):
    """A language that a service speaks, how and when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="languages")
    language = models.ForeignKey(Language, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=20, choices=How, default=How.STAFF)
    window = models.CharField(max_length=200, default="", blank=True)  # OSM; "" = whenever open
    lead_minutes = models.PositiveIntegerField(null=True, blank=True)  # to get an interpreter
    interpreter_gender = models.CharField(max_length=1, default="", blank=True)  # f, m, x
    from_outside = models.BooleanField(null=True, blank=True)  # from outside the community
    note = models.CharField(max_length=TEXT_LENGTH, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="directory_language_once", fields=["service", "language", "how", "window"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language_id} at {self.service_id}"
