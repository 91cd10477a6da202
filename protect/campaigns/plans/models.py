from django.db import models
from django.db.models import PROTECT, F, Q

from protect.kernel.database import UuidModel
from protect.orgs.models import Organisation
from protect.reference.models import Country


class Campaign(UuidModel):
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    organisation = models.ForeignKey(Organisation, on_delete=PROTECT, related_name="+")
    country = models.ForeignKey(  # None: the whole region
        Country, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )
    audience = models.CharField(max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField()
    messages = models.TextField(default="", blank=True)
    channels = models.JSONField(default=list)  # codes of enums.Channel
    retired_at = models.DateTimeField(null=True, blank=True)  # it stays in the list

    class Meta:
        ordering = ["-starts_on", "code"]
        constraints = [
            models.CheckConstraint(
                name="campaigns_campaign_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
            )
        ]


class CalendarAction(UuidModel):
    """Something that a campaign does on a day or on several days."""

    campaign = models.ForeignKey(Campaign, on_delete=PROTECT, related_name="calendar")
    starts_on = models.DateField()
    ends_on = models.DateField()
    title = models.CharField(max_length=160)
    place = models.CharField(max_length=120, default="", blank=True)
    preset = models.CharField(max_length=40, default="", blank=True)  # code of presets.toml
    done_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_on", "title", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="campaigns_preset_once_a_day",
                fields=["campaign", "starts_on", "preset"],
                condition=~Q(preset=""),
            ),
            models.CheckConstraint(
                name="campaigns_action_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
            ),
        ]
