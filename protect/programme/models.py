import uuid
from collections.abc import Collection
from typing import Self

from django.db import models
from django.db.models import PROTECT, Q

from protect.kernel.database import UuidModel
from protect.orgs.models import Organisation
from protect.programme import enums
from protect.reference.models import Country, Language


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def for_countries(self, countries: Collection[str]) -> Self:
        return self.filter(country__in=countries)


class Enquiry(UuidModel):
    """A message from a form of the programme's site to the coordinators of a country. It holds no
    story of a person: the form asks not to write one."""

    kind = models.CharField(max_length=12, choices=enums.EnquiryKind)
    country = models.ForeignKey(Country, on_delete=PROTECT, related_name="+")
    language = models.ForeignKey(Language, on_delete=PROTECT, related_name="+")  # of the form
    # What the sender typed; "" after it was erased.
    sender = models.CharField(max_length=160, default="", blank=True)  # organisation or school
    reply_to = models.EmailField(max_length=254, default="", blank=True)
    message = models.TextField(default="", blank=True)
    state = models.CharField(
        max_length=8, choices=enums.EnquiryState, default=enums.EnquiryState.NEW
    )
    organisation = models.ForeignKey(  # whose coordinator made the last step; None before
        Organisation, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )
    received_at = models.DateTimeField()
    moved_at = models.DateTimeField()  # of the last step
    sent_key = models.UUIDField(unique=True, default=uuid.uuid4)  # of the form: it is saved once

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "id"]
        indexes = [models.Index(fields=["country", "state"], name="programme_enquiry_waits")]
        constraints = [
            models.CheckConstraint(
                name="programme_enquiry_moved_after_it_came",
                condition=Q(moved_at__gte=models.F("received_at")),
            ),
            models.CheckConstraint(
                name="programme_enquiry_erased_whole",
                condition=Q(sender="", reply_to="", message="")
                | (~Q(sender="") & ~Q(reply_to="") & ~Q(message="")),
            ),
        ]
