"""What the vault keeps. Begins with the salts of short-lived tokens."""

from __future__ import annotations

from django.db import models


class DaySalt(models.Model):
    """Half of one day's token key. Deleted after 48 hours: then no token of that day opens."""

    day = models.DateField(primary_key=True)  # UTC
    salt = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"salt of {self.day}"
