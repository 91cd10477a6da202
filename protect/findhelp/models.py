"""Data of the public site itself; none of it says anything about a visitor."""

from datetime import datetime, timedelta
from hashlib import sha256

from django.db import models

from protect.findhelp.enums import ExitCheckResult


class ExitCheck(models.Model):
    """The last check of an exit page. One row per URL; it stays when the page is replaced."""

    url = models.URLField(max_length=200, unique=True)
    checked_at = models.DateTimeField()
    result = models.CharField(max_length=12, choices=ExitCheckResult.choices)
    bytes = models.PositiveIntegerField(null=True)  # size of the uncompressed document

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="findhelp_exitcheck_result",
                condition=models.Q(result__in=ExitCheckResult.values),
            )
        ]

    def __str__(self) -> str:
        return f"{self.url}: {self.result}"


class ForgottenAnswersQuerySet(models.QuerySet["ForgottenAnswers"]):
    def forget(self, visit: str, at: datetime, lifetime: timedelta) -> None:
        """Let the addresses of a visit open no more, and delete the rows that are no longer needed.
        `lifetime`: how long an address can be opened."""
        self.filter(expires_at__lte=at).delete()
        self.get_or_create(digest=_digest(visit), defaults={"expires_at": at + lifetime})

    def has(self, visit: str) -> bool:
        return self.filter(digest=_digest(visit)).exists()


class ForgottenAnswers(models.Model):
    """The random number of a visit whose visitor has pressed “Forget what I said”, as a digest: the
    sealed addresses with this number open no more. Nothing that was said is in it."""

    digest = models.CharField(max_length=64, primary_key=True)  # SHA-256 in hexadecimal
    expires_at = models.DateTimeField()  # when the addresses would have expired anyway

    objects = ForgottenAnswersQuerySet.as_manager()

    def __str__(self) -> str:
        return "forgotten answers"


def _digest(visit: str) -> str:
    return sha256(visit.encode()).hexdigest()
