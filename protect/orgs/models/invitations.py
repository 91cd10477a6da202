"""Vouches for organisations and invitations of users."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from protect.kernel import clock
from protect.orgs.models.organisations import Organisation, Team
from protect.orgs.models.queries import InvitationQuerySet


class Vouch(models.Model):
    """One organisation's word that another may be trusted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="vouches")
    by_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="orgs_vouch_once", fields=["organisation", "by_organisation"]
            ),
            models.CheckConstraint(
                name="orgs_vouch_not_for_itself", condition=~Q(organisation=F("by_organisation"))
            ),
        ]

    def __str__(self) -> str:
        return f"vouch {self.pk}"


class Invitation(models.Model):
    """An invitation of one e-mail address. Only the mail holds the token; the row has its hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    role = models.CharField(max_length=40)  # a code of roles.toml
    language = models.CharField(max_length=35, default="en")  # BCP 47, of the mail
    # Empty for the first person of an installation, whom a command invites.
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256, in hexadecimal digits
    created = models.DateTimeField(default=clock.now)
    expires = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="orgs_invitation_email_lower", condition=Q(email=Lower("email"))
            ),
            models.CheckConstraint(
                name="orgs_invitation_expires_after_it_began", condition=Q(expires__gt=F("created"))
            ),
            models.CheckConstraint(
                name="orgs_invitation_accepted_or_revoked",
                condition=Q(accepted_at=None) | Q(revoked_at=None),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "team"], name="orgs_invitation_where")]

    def __str__(self) -> str:
        return f"invitation {self.pk}"
