"""Data of the public site itself; none of it is about visitors."""

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
