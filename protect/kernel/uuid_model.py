"""Abstract base classes of most models."""

import uuid

from django.db import models


class NamelessModel(models.Model):
    """A model with no personal data in its `__str__`, because that reaches logs."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class UuidModel(NamelessModel):
    """A model with a random UUID as primary key, which reveals nothing about the row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True
