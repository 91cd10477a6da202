"""Vocabularies and places that other tables refer to, filled by `protect load-data`. Of a
vocabulary, a table holds codes only; all else is in `vocabulary`, so pages need no database."""

from django.db import models


class Term(models.Model):
    """A code of a vocabulary. A term that is no longer used stays, because old rows refer to it."""

    code = models.CharField(max_length=40, primary_key=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.code


class Language(Term):
    """A language that a service speaks or a page is written in, by its BCP 47 tag."""


class Country(Term):
    """A country, by its ISO 3166-1 alpha-2 code."""


class Category(Term):
    """A kind of service."""


class Area(models.Model):
    """A region or district. The data files define how areas are nested."""

    code = models.CharField(max_length=24, primary_key=True)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="areas")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    level = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    names = models.TextField(default="", blank=True)  # other names, joined with |
    short = models.CharField(max_length=6, unique=True)  # as it stands in an address

    def __str__(self) -> str:
        return self.code


class Place(models.Model):
    """A settlement from GeoNames."""

    id = models.PositiveIntegerField(primary_key=True)  # GeoNames id
    short = models.CharField(max_length=6, unique=True)  # as it stands in an address
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="places")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="places")
    name = models.CharField(max_length=120)
    local_names = models.CharField(max_length=200, default="", blank=True)  # joined with |
    names = models.TextField(default="", blank=True)  # other names and scripts, joined with |
    latitude = models.FloatField()  # degrees, WGS84
    longitude = models.FloatField()  # degrees, WGS84
    population = models.PositiveIntegerField(default=0)  # people; 0 = not known
    zone = models.CharField(max_length=40)  # IANA

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="reference_place_on_earth",
                condition=models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.country_id})"
