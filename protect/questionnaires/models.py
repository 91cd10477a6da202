"""Published versions of forms. Other tables point to them, and published content never changes."""

from django.db import models

from protect.reference.models import Language

HASH_LENGTH = 64  # hexadecimal digits of SHA-256


class FormVersion(models.Model):
    """A form as published: its structure and its source texts, as canonical JSON."""

    code = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    content = models.TextField()
    content_hash = models.CharField(max_length=HASH_LENGTH)
    published_on = models.DateField()
    reviewed_on = models.DateField(null=True, blank=True)  # its source texts, by a native speaker

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "number"], name="questionnaires_formversion_once"
            ),
            models.CheckConstraint(
                name="questionnaires_formversion_counted_from_one",
                condition=models.Q(number__gte=1),
            ),
            models.CheckConstraint(
                name="questionnaires_formversion_says_something",
                condition=~models.Q(code="") & ~models.Q(content="") & ~models.Q(content_hash=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.number}"


class FormWords(models.Model):
    """The texts of a form version in another language, perhaps published later."""

    version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="words")
    language = models.ForeignKey(Language, on_delete=models.PROTECT, related_name="+")
    content = models.TextField()
    content_hash = models.CharField(max_length=HASH_LENGTH)
    reviewed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "language"], name="questionnaires_formwords_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.language_id}"
