"""Sealed records: a team's texts in versions, each sealed under its own key."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from protect.kernel.database import UuidModel
from protect.orgs.models import Team
from protect.vault.enums import Opener
from protect.vault.models.base import sealed_constraint


class Record(UuidModel):
    """A record of a team. Its content is in its sealed versions."""

    kind = models.CharField(max_length=12)
    compartment = models.CharField(max_length=12, blank=True)  # not used yet: always ""
    owner_team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=0)  # number of the newest version
    retention = models.DateField()  # first day of the last month in which the record is kept
    created = models.DateTimeField()
    changed = models.DateTimeField()  # when the newest version was saved

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(retention__day=1), name="vault_record_retention_is_a_month")
        ]
        indexes = [Index(fields=["owner_team", "kind"], name="vault_record_of_team")]

    @property
    def audit_target(self) -> str:
        """Return the record's target in the audit."""
        return f"{self.kind}:{self.pk}"


class Sealed(UuidModel):
    """The content of one version of a record, encrypted under a key of its own."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    schema = models.PositiveSmallIntegerField()  # version of the structure of the document
    ct = models.BinaryField()
    created = models.DateTimeField()

    class Meta:
        constraints = [
            sealed_constraint("vault_sealed", "ct"),
            UniqueConstraint(fields=["record", "version"], name="vault_sealed_version_once"),
        ]


class DekWrap(UuidModel):
    """The key of one version of a record, encrypted for a team, or for a link with a code."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="wraps")
    version = models.PositiveIntegerField()
    opener = models.CharField(max_length=4, choices=Opener, default=Opener.TEAM)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    team_version = models.PositiveIntegerField(null=True)
    wrap = models.BinaryField()
    origin = models.BinaryField(default=b"")  # origin tag; empty on packets and inbound messages
    salt = models.BinaryField(default=b"")  # only of a link
    misses = models.PositiveSmallIntegerField(default=0)  # wrong tries of a link's code
    expires = models.DateTimeField(null=True)  # of packets and links only
    damaged_at = models.DateTimeField(null=True)  # when it failed to open during a key renewal

    class Meta:
        constraints = [
            sealed_constraint("vault_dekwrap", "wrap"),
            UniqueConstraint(
                fields=["record", "version", "team", "team_version"],
                name="vault_dekwrap_team_version_once",
            ),
            CheckConstraint(
                condition=Q(opener=Opener.TEAM, team__isnull=False, team_version__isnull=False)
                | Q(opener=Opener.LINK, team__isnull=True, expires__isnull=False),
                name="vault_dekwrap_has_its_opener",
            ),
        ]
        indexes = [Index(fields=["team", "team_version"], name="vault_dekwrap_of_key")]


class SealedFile(UuidModel):
    """An encrypted file of a record; the record's own sealed content contains its key."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="files")
    size = models.PositiveIntegerField()  # padded, in bytes
    ct = models.BinaryField()
    created = models.DateTimeField()

    class Meta:
        constraints = [sealed_constraint("vault_sealedfile", "ct")]


class Manifest(UuidModel):
    """Signed facts of a packet that `person` sent to a team or link, without its content."""

    packet = models.OneToOneField(Record, models.CASCADE, related_name="manifest")
    sealed_hash = models.BinaryField()  # SHA-256 of the sealed bytes, never of their content
    from_team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    from_version = models.PositiveIntegerField()
    to_team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    to_version = models.PositiveIntegerField(null=True)
    fingerprint = models.BinaryField()  # digest of the receiver's key; b"" for a link
    consent = models.UUIDField()
    scope = models.CharField(max_length=400)  # codes, separated by blanks
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    expires = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    signature = models.BinaryField()


class Draft(UuidModel):
    """A form that was not processed (session locked, page left), sealed to its user's key."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    user_version = models.PositiveIntegerField()
    address = models.CharField(max_length=200)  # the path of the form
    ct = models.BinaryField()
    expires = models.DateTimeField()

    class Meta:
        constraints = [sealed_constraint("vault_draft", "ct")]
