"""Rows of the public site itself: none about visitors."""

from django.db import models

from protect.findhelp.enums import Opening


class ExitCheck(models.Model):
    """Last check of an exit page. One row per address; kept when the page is replaced."""

    url = models.URLField(max_length=200, unique=True)
    checked_at = models.DateTimeField()
    result = models.CharField(max_length=12, choices=Opening.choices)
    bytes = models.PositiveIntegerField(null=True)  # of the first document, uncompressed

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="findhelp_exitcheck_result", condition=models.Q(result__in=Opening.values)
            )
        ]

    def __str__(self) -> str:
        return f"{self.url}: {self.result}"
