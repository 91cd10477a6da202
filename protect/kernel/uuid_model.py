"""The bases of most models."""

import uuid

from django.db import models


class QuietModel(models.Model):
    """A row whose text names no person: it reaches logs."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class UuidModel(QuietModel):
    """A row with an id that tells nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True
