"""Organisations, teams, memberships, vouches and invitations. Only teams have keys."""

from django.db import models
from django.db.models import PROTECT, CheckConstraint, F, Index, Q, UniqueConstraint
from django.db.models.functions import Lower

from protect.kernel import clock, database
from protect.orgs import enums
from protect.orgs.models import queries, users


class Organisation(database.UuidModel):
    """A member of the consortium, such as an office, a partner, a shelter or a school."""

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=enums.OrganisationKind)
    country = models.CharField(max_length=2)  # ISO 3166-1 alpha-2, a code of countries.toml
    zone = models.CharField(max_length=40)  # IANA name of the time zone of its screens
    state = models.CharField(
        max_length=10, choices=enums.OrganisationState, default=enums.OrganisationState.PROPOSED
    )
    created = models.DateTimeField(default=clock.now)
    suspended_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = queries.OrganisationQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(
                name="orgs_organisation_name_once_in_a_country", fields=["country", "name"]
            ),
            CheckConstraint(
                name="orgs_organisation_country_iso2", condition=Q(country__regex=r"^[A-Z]{2}$")
            ),
            CheckConstraint(
                name="orgs_organisation_suspended_has_a_date",
                condition=~Q(state="suspended") | Q(suspended_at__isnull=False),
            ),
            CheckConstraint(
                name="orgs_organisation_left_has_a_date",
                condition=Q(state="left", left_at__isnull=False)
                | (~Q(state="left") & Q(left_at=None)),
            ),
        ]


class Team(database.UuidModel):
    """Members who share keys and therefore files. Their access ends with the team."""

    organisation = models.ForeignKey(Organisation, on_delete=PROTECT, related_name="teams")
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=240, default="", blank=True)
    state = models.CharField(max_length=12, choices=enums.TeamState, default=enums.TeamState.NO_KEY)
    created = models.DateTimeField(default=clock.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = queries.TeamQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(
                name="orgs_team_name_once_in_an_organisation",
                fields=["organisation", "name"],
                condition=Q(retired_at=None),
            ),
            CheckConstraint(
                name="orgs_team_retired_has_a_date",
                condition=Q(state="retired", retired_at__isnull=False)
                | (~Q(state="retired") & Q(retired_at=None)),
            ),
        ]


class Membership(database.UuidModel):
    """A user's role in a team, or in an organisation. A member who returns gets a new row."""

    user = models.ForeignKey(users.User, on_delete=PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=PROTECT, related_name="memberships")
    team = models.ForeignKey(Team, PROTECT, related_name="memberships", null=True, blank=True)
    role = models.CharField(max_length=40)  # a code of roles.toml
    state = models.CharField(
        max_length=8, choices=enums.MembershipState, default=enums.MembershipState.ENROLLED
    )
    created = models.DateTimeField(default=clock.now)
    admitted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=enums.EndReason, default="", blank=True)

    objects = queries.MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(
                name="orgs_membership_one_live_in_a_team",
                fields=["user", "team"],
                condition=Q(ended_at=None, team__isnull=False),
            ),
            UniqueConstraint(
                name="orgs_membership_one_live_role_in_an_organisation",
                fields=["user", "organisation", "role"],
                condition=Q(ended_at=None, team=None),
            ),
            CheckConstraint(
                name="orgs_membership_active_was_admitted",
                condition=~Q(state="active") | Q(admitted_at__isnull=False),
            ),
            CheckConstraint(
                name="orgs_membership_left_has_a_date_and_a_reason",
                condition=(Q(state="left", ended_at__isnull=False) & ~Q(end_reason=""))
                | (~Q(state="left") & Q(ended_at=None, end_reason="")),
            ),
            CheckConstraint(
                name="orgs_membership_ends_after_it_began",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("created")),
            ),
        ]
        indexes = [Index(fields=["user", "state"], name="orgs_membership_of_user")]


class Vouch(database.UuidModel):
    """An organisation's statement that another organisation can be trusted."""

    organisation = models.ForeignKey(Organisation, on_delete=PROTECT, related_name="vouches")
    by_organisation = models.ForeignKey(Organisation, on_delete=PROTECT, related_name="+")
    by_user = models.ForeignKey(users.User, on_delete=PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            UniqueConstraint(name="orgs_vouch_once", fields=["organisation", "by_organisation"]),
            CheckConstraint(
                name="orgs_vouch_not_for_itself", condition=~Q(organisation=F("by_organisation"))
            ),
        ]


class Invitation(database.UuidModel):
    """An invitation of an e-mail address. Only the mail has the token; the row has its hash."""

    email = models.EmailField(max_length=254)
    organisation = models.ForeignKey(Organisation, on_delete=PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=PROTECT, related_name="+", null=True, blank=True)
    role = models.CharField(max_length=40)  # a code of roles.toml
    language = models.CharField(max_length=35, default="en")  # BCP 47, of the mail
    # Empty for an installation's first user, whom a command invites.
    invited_by = models.ForeignKey(users.User, PROTECT, related_name="+", null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256, in hexadecimal digits
    created = models.DateTimeField(default=clock.now)
    expires = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = queries.InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(name="orgs_invitation_email_lower", condition=Q(email=Lower("email"))),
            CheckConstraint(
                name="orgs_invitation_expires_after_it_began", condition=Q(expires__gt=F("created"))
            ),
            CheckConstraint(
                name="orgs_invitation_accepted_or_revoked",
                condition=Q(accepted_at=None) | Q(revoked_at=None),
            ),
        ]
        indexes = [Index(fields=["organisation", "team"], name="orgs_invitation_where")]
