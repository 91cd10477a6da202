from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import PROTECT, Q

from protect.campaigns.base import enums
from protect.campaigns.materials.models import Material
from protect.kernel.database import UuidModel
from protect.reference.models import Language

DIGEST_LENGTH = 64  # of a SHA-256 in hexadecimal


class FilmQuerySet(models.QuerySet["Film"]):
    def published(self) -> Self:
        """Keep the films that the public may watch."""
        return self.filter(published_at__isnull=False, material__taken_down_at=None)


class Film(UuidModel):
    """The video of a material. `protect worker` makes it from the uploaded one, which is kept until
    then."""

    material = models.OneToOneField(Material, on_delete=PROTECT, related_name="film")
    language = models.ForeignKey(Language, on_delete=PROTECT, related_name="+")  # spoken in it
    state = models.CharField(max_length=7, choices=enums.FilmState, default=enums.FilmState.WAITING)
    seconds = models.PositiveIntegerField(default=0)  # as made; 0 before
    file_bytes = models.PositiveIntegerField(default=0)
    file_digest = models.CharField(max_length=DIGEST_LENGTH, default="", blank=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    objects = FilmQuerySet.as_manager()

    class Meta:
        ordering = ["uploaded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="campaigns_film_published_when_ready",
                condition=Q(published_at=None) | Q(state=enums.FilmState.READY),
            )
        ]


class FilmPart(UuidModel):
    """A piece of a video, so that a phone can ask for any part of it, and no whole video is held in
    memory."""

    film = models.ForeignKey(Film, on_delete=PROTECT, related_name="parts")
    is_original = models.BooleanField()  # as uploaded; deleted once the film is made
    position = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["film", "is_original", "position"]
        constraints = [
            models.UniqueConstraint(
                name="campaigns_film_part_once", fields=["film", "is_original", "position"]
            )
        ]


class FilmText(UuidModel):
    """What a film says, in one language: a title, a text to read first, and subtitles."""

    film = models.ForeignKey(Film, on_delete=PROTECT, related_name="texts")
    language = models.ForeignKey(Language, on_delete=PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    transcript = models.TextField(default="", blank=True)
    subtitles = models.TextField(default="", blank=True)  # WebVTT; "": none
    hints = models.JSONField(default=list)  # Problems of the subtitles that do not refuse them
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")

    class Meta:
        ordering = ["film", "language"]
        constraints = [
            models.UniqueConstraint(name="campaigns_film_text_once", fields=["film", "language"])
        ]
