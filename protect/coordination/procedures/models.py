import uuid
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import CASCADE, PROTECT, Q

from protect.content.models import SealedModel
from protect.coordination.groups.models import Group, Member
from protect.coordination.procedures import rules
from protect.coordination.procedures.enums import (
    CommentKind,
    CommentState,
    ProcedureKind,
    SectionStatus,
    VersionState,
)
from protect.kernel.database import UuidModel
from protect.orgs.models import Organisation
from protect.reference.models import Language

DIGEST_LENGTH = 64  # of a SHA-256 in hexadecimal


class Procedure(UuidModel):
    """A standard operating procedure or a guideline of a working group, for the group's country.
    What it says, also its title, belongs to its versions."""

    group = models.ForeignKey(Group, on_delete=PROTECT, related_name="procedures")
    kind = models.CharField(max_length=9, choices=ProcedureKind)
    language = models.ForeignKey(Language, on_delete=PROTECT, related_name="+")  # that is signed
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "pk"]

    def in_force_on(self, day: date) -> "ProcedureVersion | None":
        """Return the version in force on a day. Uses prefetched versions."""
        rows = [row for row in self.versions.all() if row.in_force_from is not None]
        return next((row for row in rows if row.in_force_from and row.in_force_from <= day), None)

    def is_past_review(self, day: date) -> bool:
        """Return whether the version in force on a day should have been reviewed before."""
        version = self.in_force_on(day)
        return bool(version and version.review_by and version.review_by < day)

    def state_on(self, day: date) -> VersionState:
        """Return the state of the version in force on a day, else of the newest one."""
        version = self.in_force_on(day) or next(iter(self.versions.all()), None)
        if version is None:
            return VersionState.DRAFT
        return rules.version_state(version.in_force_from, version.review_by, None, day)


class ProcedureVersion(SealedModel):
    """A version of a procedure. From the day on which it is put in force, its text does not change,
    and its seal protects the digest of the text; a draft has no seal."""

    procedure = models.ForeignKey(Procedure, on_delete=PROTECT, related_name="versions")
    number = models.PositiveIntegerField()  # in the procedure, from 1
    title = models.CharField(max_length=160)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")
    in_force_from = models.DateField(null=True, blank=True)
    review_by = models.DateField(null=True, blank=True)
    text_digest = models.CharField(max_length=DIGEST_LENGTH, default="", blank=True)
    put_in_force_at = models.DateTimeField(null=True, blank=True)
    put_in_force_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                name="coordination_version_number_once", fields=["procedure", "number"]
            ),
            models.CheckConstraint(
                name="coordination_version_in_force_is_complete",
                condition=Q(in_force_from=None, put_in_force_at=None, review_by=None)
                | Q(
                    in_force_from__isnull=False,
                    put_in_force_at__isnull=False,
                    review_by__isnull=False,
                ),
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Return whether the text can change."""
        return self.put_in_force_at is None

    def sealed_parts(self) -> list[Any]:
        days = [self.in_force_from, self.review_by]
        return [self.pk, self.procedure_id, self.number, *days, self.text_digest]


class ProcedureSection(UuidModel):
    """A section of a version. `key` is the same in all versions of a procedure."""

    version = models.ForeignKey(ProcedureVersion, on_delete=CASCADE, related_name="sections")
    key = models.UUIDField(default=uuid.uuid4)
    code = models.CharField(max_length=24, default="", blank=True)  # of the table; "": own section
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    text = models.TextField(default="", blank=True)
    editor = models.ForeignKey(  # who writes it, besides those who run the group
        Member, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )
    edited_at = models.DateTimeField(null=True, blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="coordination_section_position_once", fields=["version", "position"]
            ),
            models.UniqueConstraint(
                name="coordination_section_key_once", fields=["version", "key"]
            ),
        ]

    @property
    def status(self) -> SectionStatus:
        return rules.section_status(self.text, self.agreed_at)

    @property
    def digest(self) -> str:
        return rules.digest_of(self.title, self.text)


class ProcedureCommentQuerySet(models.QuerySet[Any]):
    def open(self) -> Self:
        return self.filter(state=CommentState.OPEN)


class ProcedureComment(UuidModel):
    """What a member of the group says about a section, or the text that the member proposes for it.
    The editor answers."""

    section = models.ForeignKey(ProcedureSection, on_delete=CASCADE, related_name="comments")
    kind = models.CharField(max_length=8, choices=CommentKind)
    text = models.CharField(max_length=1000, default="", blank=True)  # or why the text is proposed
    proposed_text = models.TextField(default="", blank=True)
    seen_digest = models.CharField(max_length=DIGEST_LENGTH)  # of the section when it was written
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")
    organisation_name = models.CharField(max_length=120)  # of the member on that day
    state = models.CharField(max_length=9, choices=CommentState, default=CommentState.OPEN)
    answer = models.CharField(max_length=400, default="", blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ProcedureCommentQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="coordination_comment_answered_has_a_date",
                condition=Q(state="open", answered_at=None)
                | (~Q(state="open") & Q(answered_at__isnull=False)),
            )
        ]


class Signatory(UuidModel):
    """An organisation that should sign a version, and the function of the person who signs."""

    version = models.ForeignKey(ProcedureVersion, on_delete=CASCADE, related_name="signatories")
    organisation = models.ForeignKey(  # None: one without accounts here, which signs on paper
        Organisation, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )
    organisation_name = models.CharField(max_length=120)
    position = models.CharField(max_length=120)  # function, such as director

    class Meta:
        ordering = ["organisation_name", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="coordination_signatory_has_a_role", condition=~Q(position="")
            ),
            models.UniqueConstraint(
                name="coordination_signatory_once",
                fields=["version", "organisation_name", "position"],
            ),
        ]


class Signature(SealedModel):
    """A signature under the text of a version: by an account with second factor, or on a page of
    which the scan is kept. A text that changed is signed anew."""

    signatory = models.ForeignKey(Signatory, on_delete=PROTECT, related_name="signatures")
    text_digest = models.CharField(max_length=DIGEST_LENGTH)  # of the text that was signed
    signed_on = models.DateField()
    name = models.CharField(max_length=120)  # of the person who signed
    position = models.CharField(max_length=120)  # on that day
    organisation_name = models.CharField(max_length=120)  # on that day
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")
    media_type = models.CharField(max_length=20, default="", blank=True)  # of the scan
    scan = models.BinaryField(null=True, blank=True)
    scan_digest = models.CharField(max_length=DIGEST_LENGTH, default="", blank=True)

    class Meta:
        ordering = ["-recorded_at", "pk"]

    @property
    def is_scan(self) -> bool:
        return bool(self.media_type)

    def sealed_parts(self) -> list[Any]:
        return [
            *(self.pk, self.signatory_id, self.text_digest, self.signed_on),
            *(self.name, self.position, self.organisation_name),
            *(self.recorded_at, self.recorded_by_id, self.media_type, self.scan_digest),
        ]


class ProcedureReview(UuidModel):
    """A review after which the version stays in force as it is, until the next review."""

    version = models.ForeignKey(ProcedureVersion, on_delete=PROTECT, related_name="reviews")
    reviewed_on = models.DateField()
    review_by = models.DateField()  # the next one
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")

    class Meta:
        ordering = ["-reviewed_on", "-recorded_at", "pk"]


class ProcedureTranslation(UuidModel):
    """A version in another language. Signed is the version in the procedure's own language."""

    version = models.ForeignKey(ProcedureVersion, on_delete=CASCADE, related_name="translations")
    language = models.ForeignKey(Language, on_delete=PROTECT, related_name="+")
    title = models.CharField(max_length=160)

    class Meta:
        ordering = ["language", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="coordination_translation_once", fields=["version", "language"]
            )
        ]


class TranslatedSection(SealedModel):
    """A section in another language. It is outdated when the section has changed since."""

    translation = models.ForeignKey(
        ProcedureTranslation, on_delete=CASCADE, related_name="sections"
    )
    section = models.ForeignKey(ProcedureSection, on_delete=CASCADE, related_name="translations")
    title = models.CharField(max_length=160)
    text = models.TextField()
    source_digest = models.CharField(max_length=DIGEST_LENGTH)  # of the section
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")

    class Meta:
        ordering = ["section__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="coordination_translated_section_once", fields=["translation", "section"]
            )
        ]

    @property
    def digest(self) -> str:
        return rules.digest_of(self.title, self.text)

    def sealed_parts(self) -> list[Any]:
        return [self.translation_id, self.section_id, self.title, self.text, self.source_digest]
