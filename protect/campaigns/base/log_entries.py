"""Entries of a log: written once; a correction is a new entry, and the old one stays."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import PROTECT, Q

from protect.kernel.database import UuidModel

MAX_EXPLANATION = 400  # characters


class LogQuerySet(models.QuerySet[Any]):
    def current(self) -> Self:
        """Keep the entries that no other entry corrects."""
        return self.filter(correction=None)

    def as_of(self, at: datetime) -> Self:
        """Keep the entries that were current at a moment."""
        later = Q(correction=None) | Q(correction__entered_at__gt=at)
        return self.filter(later, entered_at__lte=at)


class LogEntry(UuidModel):
    """An entry of a log. An entry that was entered by mistake is corrected to 0."""

    corrects = models.OneToOneField(
        "self", on_delete=PROTECT, null=True, blank=True, related_name="correction"
    )
    explanation = models.CharField(max_length=MAX_EXPLANATION, default="", blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")

    class Meta:
        abstract = True
