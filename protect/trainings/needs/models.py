"""Needs of participants, encrypted for the team that arranges them."""

from django.db import models
from django.db.models import CASCADE, PROTECT, SET_NULL, CheckConstraint, ForeignKey, Index, Q

from protect.kernel.database import UuidModel
from protect.reference.models import Language
from protect.trainings.needs.enums import NeedKind, NeedState
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Booking
from protect.vault.models import Record


class Need(UuidModel):
    """A participant's need. Codes and details are encrypted for the host's logistics team."""

    registration = ForeignKey(Registration, on_delete=CASCADE, related_name="needs")
    kind = models.CharField(max_length=13, choices=NeedKind)
    quantity = models.PositiveSmallIntegerField(default=1)
    language = ForeignKey(  # of an interpreter
        Language, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )
    record = models.OneToOneField(Record, on_delete=CASCADE, related_name="+")  # sealed
    state = models.CharField(max_length=13, choices=NeedState, default=NeedState.OPEN)
    booking = ForeignKey(Booking, on_delete=SET_NULL, null=True, blank=True, related_name="+")
    # What is offered instead if it cannot be met; shown on the participant's own page.
    alternative = models.CharField(max_length=400, default="", blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    reopened_at = models.DateTimeField(null=True, blank=True)  # a session moved since
    purge_on = models.DateField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            CheckConstraint(name="trainings_need_at_least_one", condition=Q(quantity__gt=0)),
            CheckConstraint(
                name="trainings_need_language_of_an_interpreter",
                condition=Q(language=None) | Q(kind=NeedKind.INTERPRETER),
            ),
            CheckConstraint(
                name="trainings_need_reopened_is_open",
                condition=Q(reopened_at=None) | Q(state=NeedState.OPEN),
            ),
        ]
        indexes = [Index(fields=["purge_on"], name="trainings_need_purge")]
