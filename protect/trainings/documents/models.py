from django.db import models
from django.db.models import CheckConstraint, Q

from protect.kernel.database import NamelessModel
from protect.orgs.models import Organisation


class PaperHead(NamelessModel):
    """A letterhead: the picture and the sentences that a donor requires, by language tag."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    picture = models.BinaryField(null=True, blank=True)  # PNG or JPEG, re-encoded; None: none
    alt = models.CharField(max_length=200, default="", blank=True)  # the emblem in words
    funding = models.JSONField(default=dict, blank=True)
    disclaimer = models.JSONField(default=dict, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            CheckConstraint(
                name="trainings_head_picture_in_words", condition=Q(picture=None) | ~Q(alt="")
            )
        ]
