from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import PROTECT, F, Q

from protect.coordination.groups.enums import MemberRole
from protect.kernel.database import UuidModel
from protect.orgs.models import Organisation
from protect.reference.models import Country


class Group(UuidModel):
    """A working group, which an organisation runs for a country or for the whole region."""

    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=400)
    organisation = models.ForeignKey(Organisation, on_delete=PROTECT, related_name="+")
    country = models.ForeignKey(  # None: the whole region
        Country, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )
    language = models.CharField(max_length=35)  # BCP 47, in which minutes are written
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="coordination_group_closes_after_it_began",
                condition=Q(closed_at=None) | Q(closed_at__gte=F("created_at")),
            )
        ]


class MemberQuerySet(models.QuerySet[Any]):
    def current(self) -> Self:
        """Keep the members that have not left their group."""
        return self.filter(left_at=None)

    def by_organisation(self) -> Self:
        """Sort members by organisation, with account and organisation loaded."""
        return self.select_related("user", "organisation").order_by(
            "organisation_name", "position", "joined_at", "pk"
        )


class Member(UuidModel):
    """A person of the desk (`user`), or a guest (`email`), in a group, for an organisation. A
    member that returns gets a new row, so that an old link of a guest never works again."""

    group = models.ForeignKey(Group, on_delete=PROTECT, related_name="members")
    role = models.CharField(max_length=9, choices=MemberRole, default=MemberRole.MEMBER)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )
    organisation = models.ForeignKey(  # of a user
        Organisation, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )
    organisation_name = models.CharField(max_length=120)
    position = models.CharField(max_length=120, default="", blank=True)  # in the organisation
    # The contact list has mailboxes of functions, which stay when people change.
    mailbox = models.EmailField(max_length=254, default="", blank=True)
    email = models.EmailField(max_length=254, default="", blank=True)  # of a guest
    language = models.CharField(max_length=35, default="en")  # BCP 47, of mails to a guest
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering = ["joined_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="coordination_member_is_user_or_guest",
                condition=Q(user__isnull=False, email="", token_hash=None)
                | (Q(user=None, token_hash__isnull=False) & ~Q(email="")),
            ),
            models.UniqueConstraint(
                name="coordination_member_user_once",
                fields=["group", "user"],
                condition=Q(left_at=None, user__isnull=False),
            ),
            models.UniqueConstraint(
                name="coordination_member_guest_once",
                fields=["group", "email"],
                condition=Q(left_at=None) & ~Q(email=""),
            ),
            models.CheckConstraint(
                name="coordination_member_leaves_after_joining",
                condition=Q(left_at=None) | Q(left_at__gte=F("joined_at")),
            ),
        ]

    @property
    def is_guest(self) -> bool:
        return self.user_id is None

    @property
    def person(self) -> str:
        """Return the name of a user, or the function of a guest. Needs `user` loaded."""
        return str(self.user.name) if self.user else self.position


class TermsOfReference(UuidModel):
    """A version of a group's terms of reference, scanned and rewritten. The newest is in force."""

    group = models.ForeignKey(Group, on_delete=PROTECT, related_name="terms")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=20)
    content = models.BinaryField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")

    class Meta:
        ordering = ["-added_at", "pk"]
