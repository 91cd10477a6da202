import uuid

from django.db import models

from protect.kernel.database import NamelessModel, UuidModel
from protect.orgs.models import Organisation
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Edition


class Certificate(UuidModel):
    """A participant's certificate. `facts`: what the rule was applied to. `document` names
    no person. Erasure empties `registration`, `rule`, `facts`, `document`, the reasons."""

    credential = models.UUIDField(unique=True, default=uuid.uuid4)  # random; part of its URL
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    registration = models.ForeignKey(
        Registration, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    issuer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    rule = models.JSONField(default=dict, blank=True)  # attendance and pass percents, assessment
    facts = models.JSONField(default=dict, blank=True)  # minutes planned, attended; if passed
    document = models.JSONField(default=dict, blank=True)  # the signed Open Badge
    status_list = models.PositiveSmallIntegerField(default=1)  # which of the issuer's lists
    status_index = models.PositiveIntegerField()  # its index there, never reused
    issued_at = models.DateTimeField()
    issued_reason = models.CharField(max_length=400, default="", blank=True)  # after a revocation
    shows_name = models.BooleanField(default=False)  # on the public page, by opt-in
    name_tries = models.PositiveSmallIntegerField(default=0)  # wrong names in the current hour
    name_tried_at = models.DateTimeField(null=True, blank=True)  # when the first was tried
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=400, default="", blank=True)
    replaced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-issued_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="certificates_certificate_revoked_with_a_reason",
                condition=models.Q(revoked_at=None, revoked_reason="", replaced_by=None)
                | (models.Q(revoked_at__isnull=False) & ~models.Q(revoked_reason="")),
            ),
            models.UniqueConstraint(
                name="certificates_certificate_valid_once",
                fields=["registration"],
                condition=models.Q(revoked_at=None, registration__isnull=False),
            ),
            models.UniqueConstraint(
                name="certificates_certificate_place_once",
                fields=["issuer", "status_list", "status_index"],
            ),
        ]

    def __str__(self) -> str:
        return f"certificate {self.credential}"

    @property
    def holder(self) -> str:
        """The holder's name; "" after erasure. The participant must be loaded."""
        return self.registration.participant.name if self.registration else ""

    @property
    def shown_name(self) -> str:
        """The holder's name as the public page shows it; "" unless the holder opted in."""
        return self.holder if self.shows_name else ""


class StatusList(NamelessModel):
    """A published status list of an issuer: signed bits and no names, renewed before it expires."""

    issuer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    document = models.JSONField()
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["issuer", "number"]
        constraints = [
            models.UniqueConstraint(
                name="certificates_status_list_once", fields=["issuer", "number"]
            )
        ]
