"""How often signing in has failed. Nobody can read from it whose sign-in, or from where."""

from __future__ import annotations

from django.db import models


class Attempt(models.Model):
    """Failures of one account or network on one day. Deleted a day later.

    Who holds the site's secret could try addresses against a key for that long, and no longer.
    """

    # HMAC-SHA256 under the day's salt, in hexadecimal digits.
    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["last_at"], name="orgs_attempt_age")]

    def __str__(self) -> str:
        return "attempt"  # its key would tell two rows of one person apart in a log
