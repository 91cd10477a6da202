from django.conf import settings
from django.db import models
from django.db.models import PROTECT

from protect.coordination.meetings.models import Meeting
from protect.kernel.database import UuidModel


class TranslatedText(UuidModel):
    """A title, text, decision or action of minutes in a further language. `source_digest` is of the
    text that was translated: if that changes, the translation is outdated."""

    meeting = models.ForeignKey(Meeting, on_delete=PROTECT, related_name="translated_texts")
    language = models.CharField(max_length=35)  # BCP 47
    key = models.CharField(max_length=48)  # what is translated, as `rules.SourceText.key`
    text = models.TextField()
    source_digest = models.CharField(max_length=64)  # SHA-256, hexadecimal
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")

    class Meta:
        ordering = ["key", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="coordination_translated_text_once", fields=["meeting", "language", "key"]
            )
        ]
