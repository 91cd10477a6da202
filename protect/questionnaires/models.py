"""Published versions of forms: other tables point at them, and what was published stays."""

from django.db import models

from protect.reference.models import Language

HASH = 64  # hexadecimal digits of SHA-256


class FormVersion(models.Model):
    """A form as people were shown it: structure and first words, as canonical JSON."""

    code = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    content = models.TextField()
    content_hash = models.CharField(max_length=HASH)
    published_on = models.DateField()
    reviewed_on = models.DateField(null=True, blank=True)  # its first words, by a native reader

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
    """The words of a version in another language. It may come later than the version."""

    version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="words")
    language = models.ForeignKey(Language, on_delete=models.PROTECT, related_name="+")
    content = models.TextField()
    content_hash = models.CharField(max_length=HASH)
    reviewed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "language"], name="questionnaires_formwords_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.language_id}"
