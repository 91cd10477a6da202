"""Keys that the server holds: keys that sign certificates, and salts of short-lived tokens."""

from django.db import models
from django.db.models import F, Q

from protect.kernel.database import UuidModel
from protect.orgs.models import Organisation
from protect.vault.models.base import sealed_constraint


class DaySalt(models.Model):
    """The salt of one day's token key; when it is deleted after 48 hours, no such token opens."""

    day = models.DateField(primary_key=True)  # UTC
    salt = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"salt of {self.day}"


class BadgeKey(UuidModel):
    """A certificate key of an organisation. Its public half is kept for old certificates.
    The seed is deleted when the key is retired, so that it signs nothing more."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    controller = models.CharField(max_length=255)  # did:web, at the key's creation
    public = models.CharField(max_length=64, unique=True)  # multibase
    pepper = models.PositiveSmallIntegerField(null=True)  # number of the seed's pepper
    seed = models.BinaryField(null=True)
    created = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    distrusted_at = models.DateTimeField(null=True)  # another party may have held it

    class Meta:
        constraints = [
            sealed_constraint("vault_badgekey", "seed"),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(retired_at__isnull=True),
                name="vault_badgekey_one_active",
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True, seed__isnull=False, pepper__isnull=False)
                | Q(retired_at__isnull=False, seed__isnull=True, pepper__isnull=True),
                name="vault_badgekey_seed_ends_with_it",
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | Q(retired_at__gte=F("created")),
                name="vault_badgekey_retired_after_made",
            ),
            models.CheckConstraint(
                condition=Q(distrusted_at__isnull=True)
                | Q(retired_at__isnull=False, distrusted_at__gte=F("retired_at")),
                name="vault_badgekey_distrusted_is_retired",
            ),
        ]
