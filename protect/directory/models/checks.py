"""The append-only record of checks: fact, user, method and verdict."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from protect.directory.enums import Fact, Method, Verdict
from protect.directory.models.services import Service


class FactCheck(models.Model):
    """One check of one fact. The newest decides how far the fact can be trusted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="checks")
    fact = models.CharField(max_length=16, choices=Fact)
    verdict = models.CharField(max_length=12, choices=Verdict)
    method = models.CharField(max_length=8, choices=Method)
    source = models.CharField(max_length=400, default="", blank=True)  # for the desk
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    second_checker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()
    next_check = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                name="directory_check_next_after_at", condition=Q(next_check__gt=F("at"))
            ),
            models.CheckConstraint(
                name="directory_check_by_two_people",
                condition=Q(second_checker=None) | ~Q(second_checker=F("by")),
            ),
        ]
        indexes = [models.Index(fields=["service", "fact", "-at"], name="directory_check_newest")]

    def __str__(self) -> str:
        return f"{self.fact} of {self.service_id}: {self.verdict}"
