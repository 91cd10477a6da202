"""How often signing in was tried. The rows show neither whose sign-in nor from where."""

from __future__ import annotations

from django.db import models


class Attempt(models.Model):
    """Tries of one day that count together (`AttemptKind`). Deleted a day later.

    Who holds the site's secret could try addresses against a key for that long, and no longer.
    """

    # HMAC-SHA256 under the day's salt, in hexadecimal digits.
    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()  # of an account: the last turn that was given
    turn_at = models.DateTimeField(null=True)  # of a pair: when it may try

    class Meta:
        indexes = [models.Index(fields=["last_at"], name="orgs_attempt_age")]

    def __str__(self) -> str:
        return "attempt"  # its key would tell two rows of one person apart in a log
