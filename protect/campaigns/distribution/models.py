from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import PROTECT, SET_NULL, F, Q

from protect.campaigns.base import enums
from protect.campaigns.base.log_entries import LogEntry, LogQuerySet
from protect.campaigns.materials.models import Material
from protect.campaigns.plans.models import CalendarAction, Campaign
from protect.campaigns.press.models import PressFile
from protect.kernel.database import UuidModel
from protect.orgs.models import Organisation
from protect.reference.models import Country, Language


class OrderQuerySet(models.QuerySet["Order"]):
    def waiting(self) -> Self:
        """Keep the orders that can be sent."""
        return self.filter(state=enums.OrderState.WAITING, material__taken_down_at=None)


class Order(UuidModel):
    """Copies that a place asked for."""

    material = models.ForeignKey(Material, on_delete=PROTECT, related_name="orders")
    country = models.ForeignKey(Country, on_delete=PROTECT, related_name="+")
    language = models.ForeignKey(Language, on_delete=PROTECT, related_name="+")
    size = models.CharField(max_length=4, choices=enums.PaperSize)
    copies = models.PositiveIntegerField()
    destination = models.CharField(max_length=160)  # such as a reception centre; no person
    needed_by = models.DateField(null=True, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")
    state = models.CharField(
        max_length=11, choices=enums.OrderState, default=enums.OrderState.WAITING
    )
    moved_at = models.DateTimeField()  # when its state last changed
    file = models.ForeignKey(  # whose copies were sent
        PressFile, on_delete=PROTECT, null=True, blank=True, related_name="orders"
    )

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = [F("needed_by").asc(nulls_last=True), "ordered_at", "pk"]
        constraints = [
            models.CheckConstraint(name="campaigns_order_of_copies", condition=Q(copies__gte=1)),
            models.CheckConstraint(
                name="campaigns_order_sent_with_file",
                condition=~Q(state__in=[enums.OrderState.SENT, enums.OrderState.DISTRIBUTED])
                | Q(file__isnull=False),
            ),
        ]


class CopyRun(LogEntry):
    """Copies of a press file that were printed or received."""

    file = models.ForeignKey(PressFile, on_delete=PROTECT, related_name="runs")
    source = models.CharField(max_length=8, choices=enums.CopySource)
    copies = models.PositiveIntegerField()
    day = models.DateField()

    objects = LogQuerySet.as_manager()

    class Meta:
        ordering = ["day", "entered_at", "pk"]


class Distribution(LogEntry):
    """Copies of a press file that were given out or put up at a place."""

    file = models.ForeignKey(PressFile, on_delete=PROTECT, related_name="distributions")
    order = models.ForeignKey(
        Order, on_delete=PROTECT, null=True, blank=True, related_name="distributions"
    )
    copies = models.PositiveIntegerField()
    day = models.DateField()
    place = models.CharField(max_length=160)  # no person
    place_kind = models.CharField(
        max_length=12, choices=enums.PlaceKind, default=enums.PlaceKind.OTHER
    )

    objects = LogQuerySet.as_manager()

    class Meta:
        ordering = ["day", "entered_at", "pk"]


class PhotographQuerySet(models.QuerySet["Photograph"]):
    def confirmed(self) -> Self:
        """Keep the photographs of which a user has confirmed that they show no people."""
        return self.exclude(confirmed_at=None)


class Photograph(UuidModel):
    """A poster in its place, re-encoded and smaller than the uploaded picture; it can be removed.
    Until the user who added it has confirmed that it shows no people, only this user sees it, and
    it is deleted after a day."""

    distribution = models.ForeignKey(Distribution, on_delete=PROTECT, related_name="photographs")
    media_type = models.CharField(max_length=20)
    content = models.BinaryField()
    place = models.CharField(max_length=160)  # no person
    caption = models.CharField(max_length=200, default="", blank=True)  # no name of a person
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)  # that it shows no people

    objects = PhotographQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "pk"]


class Reach(LogEntry):
    """How many people a campaign reached, by one method."""

    campaign = models.ForeignKey(Campaign, on_delete=PROTECT, related_name="reach")
    organisation = models.ForeignKey(Organisation, on_delete=PROTECT, related_name="+")
    country = models.ForeignKey(Country, on_delete=PROTECT, related_name="+")
    action = models.ForeignKey(  # of the calendar; None: the figure belongs to no action
        CalendarAction, on_delete=SET_NULL, null=True, blank=True, related_name="reach"
    )
    method = models.CharField(max_length=12, choices=enums.ReachMethod)
    people = models.PositiveIntegerField()
    day = models.DateField()
    evidence = models.CharField(max_length=200)  # where the figure comes from

    objects = LogQuerySet.as_manager()

    class Meta:
        ordering = ["day", "entered_at", "pk"]
