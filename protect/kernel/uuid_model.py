"""The base of most models."""

import uuid

from django.db import models


class UuidModel(models.Model):
    """A row with an id that tells nothing. Its text names no person either: it reaches logs."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
