"""Keys of users and teams. All secrets are stored wrapped, without the keys that open them."""

from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, QuerySet, UniqueConstraint

from protect.kernel.database import UuidModel
from protect.orgs.models import Organisation, Team
from protect.vault.enums import KeyState, WrapKind
from protect.vault.models.base import sealed_constraint

OFFICER_SLOTS = (1, 2, 3)  # slots of recovery officers; two of three officers can restore a team


class UserKey(UuidModel):
    """A version of a user's public key; UserWrap has the secret. A new version means that the user
    lost every way to unlock."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    public = models.BinaryField()  # 1,216 bytes
    created = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["user", "version"], name="vault_userkey_version_once")
        ]

    @classmethod
    def newest_of(cls, user: UUID) -> "UserKey | None":
        return cls.objects.filter(user=user).order_by("-version").first()


class UserWrap(UuidModel):
    """A user's secret, encrypted under a password, a passkey or a recovery code."""

    user_key = models.ForeignKey(UserKey, models.CASCADE, related_name="wraps")
    kind = models.CharField(max_length=3, choices=WrapKind)
    credential = models.UUIDField()  # id of the password, passkey or code; part of the context
    blob = models.BinaryField()
    created = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)  # of a code: when it was typed back

    class Meta:
        constraints = [
            sealed_constraint("vault_userwrap", "blob"),
            UniqueConstraint(
                fields=["user_key", "credential"], name="vault_userwrap_credential_once"
            ),
            UniqueConstraint(
                fields=["user_key"],
                condition=Q(kind=WrapKind.PASSWORD),
                name="vault_userwrap_one_password",
            ),
            UniqueConstraint(
                fields=["user_key"],
                condition=Q(kind=WrapKind.RECOVERY, confirmed_at__isnull=False),
                name="vault_userwrap_one_confirmed_code",
            ),
            UniqueConstraint(
                fields=["user_key"],
                condition=Q(kind=WrapKind.RECOVERY, confirmed_at__isnull=True),
                name="vault_userwrap_one_new_code",
            ),
        ]


class TeamKey(UuidModel):
    """A version of a team's public key, signed by the version before it."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    public = models.BinaryField()  # 1,248 bytes
    continuity = models.BinaryField(default=b"")  # signatures of both versions; b"" for the first
    state = models.CharField(max_length=8, choices=KeyState, default=KeyState.ACTIVE)
    created = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["team", "version"], name="vault_teamkey_version_once"),
            UniqueConstraint(
                fields=["team"],
                condition=Q(state=KeyState.ACTIVE),
                name="vault_teamkey_one_active",
            ),
        ]

    @classmethod
    def unretired_versions_of(cls, team: Team) -> "QuerySet[TeamKey]":
        """Return the versions that still open something, oldest first."""
        return cls.objects.filter(team=team).exclude(state=KeyState.RETIRED).order_by("version")


class TeamGrant(UuidModel):
    """A team's secret, encrypted for one member, who opens the team's records with it."""

    team_key = models.ForeignKey(TeamKey, models.CASCADE, related_name="grants")
    user_key = models.ForeignKey(UserKey, models.CASCADE, related_name="grants")
    wrap = models.BinaryField()
    admitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created = models.DateTimeField()

    class Meta:
        constraints = [
            sealed_constraint("vault_teamgrant", "wrap"),
            UniqueConstraint(fields=["team_key", "user_key"], name="vault_teamgrant_member_once"),
        ]


class TeamPin(UuidModel):
    """A keyed hash of the newest team key that a member opened; only that member can make it."""

    user_key = models.ForeignKey(UserKey, models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    mark = models.BinaryField()  # formats/marks.py

    class Meta:
        constraints = [
            UniqueConstraint(fields=["user_key", "team"], name="vault_teampin_member_once")
        ]


class Admission(UuidModel):
    """A team's statement, signed with a version of its key, that the key of a member or recovery
    officer may get this version. TeamGrant and RecoveryHalf have the secret, which opens nothing
    without this statement."""

    team_key = models.ForeignKey(TeamKey, models.CASCADE, related_name="admissions")
    holder = models.UUIDField()  # the user, or the officer's row
    holder_version = models.PositiveIntegerField()  # of the user's key; or the slot
    place = models.UUIDField()  # the membership, or the officer's organisation
    digest = models.BinaryField()  # SHA-256 of the public key
    role = models.CharField(max_length=40)
    at = models.DateTimeField()
    signature = models.BinaryField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["team_key", "holder"], name="vault_admission_holder_once")
        ]


class RecoveryOfficer(UuidModel):
    """A recovery officer's key pair; a printed code that the officer keeps opens it."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    slot = models.PositiveSmallIntegerField()
    public = models.BinaryField()
    wrapped = models.BinaryField()  # the officer's secret, encrypted with the code
    confirmed_at = models.DateTimeField(null=True)  # when the officer typed the code back
    created = models.DateTimeField()

    class Meta:
        constraints = [
            sealed_constraint("vault_recoveryofficer", "wrapped"),
            UniqueConstraint(
                fields=["organisation", "slot"], name="vault_recoveryofficer_slot_once"
            ),
            CheckConstraint(
                condition=Q(slot__in=OFFICER_SLOTS),
                name="vault_recoveryofficer_slot_is_one_of_three",
            ),
        ]


class RecoveryHalf(UuidModel):
    """Half of a team's secret for one officer of a pair; one half alone reveals nothing."""

    team_key = models.ForeignKey(TeamKey, models.CASCADE, related_name="halves")
    pair = models.CharField(max_length=2)  # "12", "13", "23"
    slot = models.PositiveSmallIntegerField()
    wrap = models.BinaryField()

    class Meta:
        constraints = [
            sealed_constraint("vault_recoveryhalf", "wrap"),
            UniqueConstraint(fields=["team_key", "pair", "slot"], name="vault_recoveryhalf_once"),
            CheckConstraint(
                condition=Q(pair="12", slot__in=[1, 2])
                | Q(pair="13", slot__in=[1, 3])
                | Q(pair="23", slot__in=[2, 3]),
                name="vault_recoveryhalf_slot_is_of_its_pair",
            ),
        ]
