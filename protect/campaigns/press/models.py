from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import PROTECT, Q

from protect.campaigns.base.enums import OmissionReason, PaperSize
from protect.campaigns.materials.models import Material
from protect.kernel.database import UuidModel
from protect.orgs.models import Organisation
from protect.reference.models import Country, Language

DIGEST_LENGTH = 64  # of a SHA-256 in hexadecimal


class PressFileQuerySet(models.QuerySet["PressFile"]):
    def live(self) -> Self:
        """Keep the files whose copies may still be in use: neither collected nor of a material that
        was taken down."""
        return self.filter(collected_at=None, material__taken_down_at=None)

    def to_collect(self) -> Self:
        """Keep the files of which copies may hang somewhere: the live ones, and those of a material
        that was taken down after copies were given out."""
        given_out = Q(distributions__copies__gt=0, distributions__correction=None)
        is_live = Q(material__taken_down_at=None)
        return self.filter(is_live | given_out, collected_at=None).distinct()


class PressFile(UuidModel):
    """A PDF that the press made, and what it says. The PDF itself is not kept: the next one is made
    with the numbers of its day."""

    material = models.ForeignKey(Material, on_delete=PROTECT, related_name="files")
    organisation = models.ForeignKey(Organisation, on_delete=PROTECT, related_name="+")
    country = models.ForeignKey(Country, on_delete=PROTECT, related_name="+")
    language = models.ForeignKey(Language, on_delete=PROTECT, related_name="+")
    written_in = models.ForeignKey(Language, on_delete=PROTECT, related_name="+")  # its title
    text_languages = models.JSONField(default=dict)  # of each text as printed: key, BCP 47
    size = models.CharField(max_length=4, choices=PaperSize)
    has_bleed = models.BooleanField(default=False)  # 3 mm, with crop marks
    version = models.PositiveIntegerField()  # within material, country, language and size
    text_digest = models.CharField(max_length=DIGEST_LENGTH)  # of all texts as printed
    file_digest = models.CharField(max_length=DIGEST_LENGTH)  # of the PDF
    file_bytes = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")
    collected_at = models.DateTimeField(null=True, blank=True)  # its copies were taken back

    objects = PressFileQuerySet.as_manager()

    class Meta:
        ordering = ["material", "country", "language", "size", "-version"]
        constraints = [
            models.UniqueConstraint(
                name="campaigns_file_version_once",
                fields=["material", "country", "language", "size", "version"],
            ),
            models.CheckConstraint(
                name="campaigns_file_version_from_one", condition=Q(version__gte=1)
            ),
        ]


class PrintedNumber(UuidModel):
    """A telephone number on a press file. The service is kept by its id alone, because an entry of
    the directory may be merged or removed and the paper still hangs there."""

    file = models.ForeignKey(PressFile, on_delete=PROTECT, related_name="numbers")
    service_id = models.UUIDField()
    name = models.CharField(max_length=400)  # of the service, as printed
    number = models.CharField(max_length=40)  # as the directory stores it
    text = models.CharField(max_length=60)  # as printed
    facts_digest = models.CharField(max_length=DIGEST_LENGTH)  # of what decides the notes beside it
    was_checked = models.BooleanField()  # False: the demonstration printed it with a mark

    class Meta:
        ordering = ["file", "number", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="campaigns_number_once", fields=["file", "service_id", "number"]
            )
        ]
        indexes = [models.Index(fields=["number"], name="campaigns_number")]


class OmittedNumber(UuidModel):
    """A telephone number that a press file leaves out, although the file before printed it, or
    although it would come first in the directory."""

    file = models.ForeignKey(PressFile, on_delete=PROTECT, related_name="omitted")
    service_id = models.UUIDField()
    name = models.CharField(max_length=400)  # of the service, as printed before; "" on a card
    number = models.CharField(max_length=40)  # as the directory stores it
    text = models.CharField(max_length=60)  # as it would be printed
    reason = models.CharField(max_length=9, choices=OmissionReason)
    replaced_by = models.CharField(max_length=60, default="", blank=True)  # as printed; "" for none

    class Meta:
        ordering = ["file", "number", "pk"]
        constraints = [
            models.UniqueConstraint(name="campaigns_omitted_once", fields=["file", "number"])
        ]
