from typing import Self

from django.db import models
from django.db.models import PROTECT, Q

from protect.campaigns.base import enums
from protect.campaigns.plans.models import Campaign
from protect.kernel.database import UuidModel
from protect.orgs.models import Organisation


class Consent(UuidModel):
    """That a person may be shown: only a reference to the signed paper, never a name."""

    organisation = models.ForeignKey(Organisation, on_delete=PROTECT, related_name="+")
    reference = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=enums.ConsentKind)
    given_on = models.DateField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["reference", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="campaigns_consent_once", fields=["organisation", "reference"]
            )
        ]


class MaterialQuerySet(models.QuerySet["Material"]):
    def live(self) -> Self:
        """Keep the materials that were not taken down."""
        return self.filter(taken_down_at=None)


class Material(UuidModel):
    """A thing that a campaign gives to people. What was printed of it are its press files."""

    code = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    campaign = models.ForeignKey(Campaign, on_delete=PROTECT, related_name="materials")
    organisation = models.ForeignKey(  # that owns it
        Organisation, on_delete=PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=12, choices=enums.MaterialKind)
    # Code of templates.toml and of the page with its texts; "" for what is not made here.
    template = models.CharField(max_length=60, default="", blank=True)
    licence = models.CharField(max_length=16, choices=enums.Licence)
    alternative_text = models.CharField(max_length=400)
    consents = models.ManyToManyField(Consent, related_name="materials", blank=True)
    created_at = models.DateTimeField()
    taken_down_at = models.DateTimeField(null=True, blank=True)  # it stays in the list
    taken_down_cause = models.CharField(
        max_length=7, choices=enums.TakeDownCause, default="", blank=True
    )
    taken_down_reason = models.CharField(  # as a user typed it; "" if there is a cause
        max_length=400, default="", blank=True
    )

    objects = MaterialQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="campaigns_material_taken_down_with_reason",
                condition=Q(taken_down_at=None) | ~Q(taken_down_cause="", taken_down_reason=""),
            )
        ]
