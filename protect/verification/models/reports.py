"""What others say about entries: corrections, and pairs that may be one service."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from protect.directory.service_models import Service
from protect.reference.models import Country
from protect.verification.enums import CorrectionState, PairState, Reporter
from protect.verification.queries import CorrectionQuerySet


class Correction(models.Model):
    """A report that something is wrong. It changes nothing before a moderator has judged it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    reporter = models.CharField(max_length=8, choices=Reporter)
    by = models.ForeignKey(  # a member; visitors stay unknown
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    facts = models.JSONField()  # codes of enums.Fact and enums.Claim that are reported
    text = models.CharField(max_length=1000, default="", blank=True)
    # What a provider typed into the screen of the link, by fact: applied as it is when accepted.
    proposed = models.JSONField(default=dict, blank=True)
    # What stood of these facts when they typed it: by fact, `mark_of` its values.
    marks = models.JSONField(default=dict, blank=True)
    language = models.CharField(max_length=35, default="", blank=True)  # BCP 47, of the page
    state = models.CharField(max_length=10, choices=CorrectionState, default=CorrectionState.NEW)
    created = models.DateTimeField()
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    judged_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=400, default="", blank=True)  # of the judgement
    duplicate_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["created", "pk"]
        constraints = [
            models.CheckConstraint(
                name="verification_correction_judged_by_somebody",
                condition=Q(state=CorrectionState.NEW, judged_by=None, judged_at=None)
                | (
                    ~Q(state=CorrectionState.NEW)
                    & Q(judged_by__isnull=False, judged_at__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="verification_correction_rejected_with_a_reason",
                condition=~Q(state=CorrectionState.REJECTED) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="verification_correction_member_is_known",
                condition=Q(reporter=Reporter.MEMBER, by__isnull=False)
                | (~Q(reporter=Reporter.MEMBER) & Q(by=None)),
            ),
            models.CheckConstraint(
                name="verification_correction_duplicate_of_another",
                condition=(
                    Q(state=CorrectionState.DUPLICATE, duplicate_of__isnull=False)
                    & ~Q(duplicate_of=F("pk"))
                )
                | (~Q(state=CorrectionState.DUPLICATE) & Q(duplicate_of=None)),
            ),
        ]
        indexes = [
            models.Index(fields=["country", "state", "created"], name="verification_correction_new")
        ]

    def __str__(self) -> str:
        return f"correction {self.pk}"


class DuplicatePair(models.Model):
    """Two entries that may be one service. `first` is the one with the smaller id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    first = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=PairState, default=PairState.PROPOSED)
    score = models.FloatField(default=0)  # 0 to 1
    signs = models.JSONField(default=list)  # codes of enums.Sign
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    # What merging changed, so that it can be taken back for 30 days. Never an address that is
    # not public.
    before = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-score", "pk"]
        constraints = [
            models.UniqueConstraint(name="verification_pair_once", fields=["first", "second"]),
            models.CheckConstraint(
                name="verification_pair_in_order", condition=Q(first__lt=F("second"))
            ),
            models.CheckConstraint(
                name="verification_pair_decided_by_somebody",
                condition=Q(state=PairState.PROPOSED, decided_by=None, decided_at=None)
                | (
                    ~Q(state=PairState.PROPOSED)
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="verification_pair_undo_only_if_merged",
                condition=Q(before={}) | Q(state=PairState.MERGED),
            ),
        ]

    def __str__(self) -> str:
        return f"pair {self.pk}"
