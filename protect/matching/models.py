from django.db import models

from protect.kernel.database import UuidModel
from protect.reference.models import Country


class CoverageSnapshot(UuidModel):
    """How far help reached on a day, for one country, need, language and person type."""

    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    need = models.CharField(max_length=40)  # code of needs.toml
    language = models.CharField(max_length=35)  # BCP 47; "": any
    person = models.CharField(max_length=40)  # code of person_types.toml
    settlements = models.PositiveIntegerField()
    fits = models.PositiveIntegerField()  # settlements with a fitting service within reach
    asks = models.PositiveIntegerField()  # settlements with only services to ask first
    # Inhabitants of settlements without either; None: people of the country were not counted.
    gap_people = models.PositiveBigIntegerField(null=True, blank=True)
    median_metres = models.PositiveIntegerField(null=True, blank=True)  # to nearest, any distance

    class Meta:
        ordering = ["-day", "country", "need", "language", "person"]
        constraints = [
            models.UniqueConstraint(
                name="matching_coverage_once_a_day",
                fields=["country", "day", "need", "language", "person"],
            )
        ]

    def __str__(self) -> str:
        return f"coverage of {self.country_id} on {self.day}"
