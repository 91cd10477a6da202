"""Pages as ordered segments. Revisions, translations and releases are written once, and their texts
never change; a review names the text that was read, so a changed text has no review."""

import hmac
import json
import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import PROTECT, F, Q
from django.utils.functional import cached_property

from protect.content import enums
from protect.kernel.database import NamelessModel, UuidModel
from protect.reference.models import Country, Language
from protect.vault.server_keys.match_keys import keyed_hash

DIGEST_LENGTH = 64  # of a SHA-256 in hexadecimal

log = logging.getLogger("protect")


class SealedModel(UuidModel):
    """A row with a keyed hash of what it says. A person who can write to the database, but has no
    key of the server, can remove such a row, and cannot make or change one that counts."""

    seal = models.CharField(max_length=DIGEST_LENGTH)

    class Meta:
        abstract = True

    def sealed_parts(self) -> list[Any]:
        """Return what the seal protects: texts, numbers, ids, times and JSON."""
        raise NotImplementedError

    def make_seal(self) -> str:
        """Return the keyed hash of the row, 64 hexadecimal digits. Errors: match_key_missing."""
        text = json.dumps(
            self.sealed_parts(), sort_keys=True, ensure_ascii=False, default=_sealed_text
        )
        return keyed_hash(self._meta.label_lower, text)

    def sealed(self) -> Self:
        """Return the row with its seal. Errors: match_key_missing."""
        self.seal = self.make_seal()
        return self

    def is_sealed(self) -> bool:
        """Return whether the row is as this server sealed it. Errors: match_key_missing."""
        given = str(self.seal).encode(errors="replace")
        return hmac.compare_digest(self.make_seal().encode(), given)


def _sealed_text(value: object) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


class Page(SealedModel):
    """Texts that are shown together, such as a page about rights or the words of a poster. What
    differs between countries is read from their facts. A page whose seal does not fit counts as one
    about safety."""

    code = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=9, choices=enums.PageKind, default=enums.PageKind.RIGHTS)
    is_safety = models.BooleanField(default=False)  # two people review each translation

    def sealed_parts(self) -> list[Any]:
        return [self.pk, self.code, self.kind, self.is_safety]

    @cached_property
    def is_about_safety(self) -> bool:
        """Return whether the rules for safety hold. Errors: match_key_missing."""
        if not self.is_sealed():
            log.error("content_page_damaged: the row of %s was changed", self.code)
            return True
        return self.is_safety

    class Meta:
        ordering = ["code"]


class Revision(SealedModel):
    """All segments of a page at one time. The one with the highest number is the current one. What
    a revision changed counts as harmful if its seal does not fit: `composition.load_texts`."""

    page = models.ForeignKey(Page, on_delete=PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    language = models.ForeignKey(Language, on_delete=PROTECT, related_name="+")  # of the source
    sources = models.JSONField(default=list)  # titles and dates of what the page rests on
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )  # None: came with the software
    created_at = models.DateTimeField()

    def sealed_parts(self) -> list[Any]:
        """Return what decides how changes count: their authors, classes and confirmations."""
        rows = [
            [
                *(row.key, row.kind, row.digest, row.change, row.confirmed_by_id, row.is_removed),
                sha256(row.text.encode()).hexdigest(),
            ]
            for row in self.segments.all()
        ]
        return [
            *(self.page_id, self.number, self.language_id, self.author_id, self.sources),
            rows,
        ]

    def store(self, segments: "Iterable[Segment]") -> None:
        """Save a new revision with its segments and its seal. Errors: match_key_missing."""
        self.save(force_insert=True)
        Segment.objects.bulk_create(segments)
        self.sealed().save(update_fields=["seal"])

    class Meta:
        ordering = ["page", "number"]
        constraints = [
            models.UniqueConstraint(fields=["page", "number"], name="content_revision_once"),
            models.CheckConstraint(name="content_revision_from_one", condition=Q(number__gte=1)),
        ]


class Segment(UuidModel):
    """One heading, sentence or paragraph of a revision, which is translated as a whole."""

    revision = models.ForeignKey(Revision, on_delete=PROTECT, related_name="segments")
    key = models.SlugField(max_length=40)  # stays with the segment through all revisions
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=9, choices=enums.SegmentKind)
    text = models.TextField()
    digest = models.CharField(max_length=DIGEST_LENGTH)  # of the text: rules.text_digest
    # What this revision changed in the text; "" for a new or unchanged one.
    change = models.CharField(max_length=8, choices=enums.ChangeClass, default="", blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )  # the second person, for a change of a safety page that keeps its meaning
    is_removed = models.BooleanField(default=False)  # counts once others have read it: composition

    class Meta:
        ordering = ["revision", "position"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "key"], name="content_segment_once"),
            models.UniqueConstraint(fields=["revision", "position"], name="content_segment_place"),
            models.CheckConstraint(name="content_segment_has_text", condition=~Q(text="")),
        ]


class SegmentTranslation(UuidModel):
    """A translation of one source text of a segment. Of several, the newest counts that was not
    taken back."""

    page = models.ForeignKey(Page, on_delete=PROTECT, related_name="translations")
    key = models.SlugField(max_length=40)
    language = models.ForeignKey(Language, on_delete=PROTECT, related_name="+")
    source_digest = models.CharField(max_length=DIGEST_LENGTH)
    text = models.TextField()
    digest = models.CharField(max_length=DIGEST_LENGTH)  # of `text`
    origin = models.CharField(max_length=8, choices=enums.Origin)
    translator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )  # None: came with the software, or a machine
    created_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)  # the one before it counts again
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["page", "key", "language", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(name="content_translation_has_text", condition=~Q(text="")),
            models.CheckConstraint(
                name="content_translation_taken_back_by_person",
                condition=Q(taken_back_at=None, taken_back_by=None)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
            ),
        ]


class Review(SealedModel):
    """That one person read one text of a segment, and in which role."""

    page = models.ForeignKey(Page, on_delete=PROTECT, related_name="reviews")
    key = models.SlugField(max_length=40)
    language = models.ForeignKey(Language, on_delete=PROTECT, related_name="+")
    source_digest = models.CharField(max_length=DIGEST_LENGTH)  # of the source text beside it
    digest = models.CharField(max_length=DIGEST_LENGTH)  # of the text that was read
    role = models.CharField(max_length=8, choices=enums.ReviewRole)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")
    reviewed_at = models.DateTimeField()

    def sealed_parts(self) -> list[Any]:
        read = [self.page_id, self.key, self.language_id, self.source_digest, self.digest]
        return [*read, self.role, self.reviewer_id, self.reviewed_at]

    class Meta:
        ordering = ["page", "key", "language", "reviewed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "key", "language", "source_digest", "digest", "role", "reviewer"],
                name="content_review_once",
            )
        ]


class LanguageSkill(SealedModel):
    """That a coordinator knows how well a person knows a language. Only people who read it like a
    first language review texts as native readers."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")
    language = models.ForeignKey(Language, on_delete=PROTECT, related_name="+")
    level = models.CharField(max_length=10, choices=enums.ReaderLevel)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    def sealed_parts(self) -> list[Any]:
        skill = [self.pk, self.person_id, self.language_id, self.level]
        return [*skill, self.recorded_by_id, self.recorded_at]

    class Meta:
        ordering = ["person", "language"]
        constraints = [
            models.UniqueConstraint(fields=["person", "language"], name="content_skill_once"),
            models.CheckConstraint(
                name="content_skill_by_another", condition=~Q(person=F("recorded_by"))
            ),
        ]


class SpecialistReader(SealedModel):
    """That a coordinator knows a person as a specialist in gender-based violence, who may review
    texts as one."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    def sealed_parts(self) -> list[Any]:
        return [self.pk, self.person_id, self.recorded_by_id, self.recorded_at]

    class Meta:
        ordering = ["person"]
        constraints = [
            models.CheckConstraint(
                name="content_specialist_by_another", condition=~Q(person=F("recorded_by"))
            )
        ]


class Release(SealedModel):
    """What the public reads in one language from one moment on: chosen texts of all pages."""

    language = models.ForeignKey(Language, on_delete=PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    pages = models.JSONField()  # shape: released.to_json
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )  # None: the demonstration
    released_at = models.DateTimeField()

    def sealed_parts(self) -> list[Any]:
        return [self.language_id, self.number, self.pages]

    class Meta:
        ordering = ["language", "number"]
        constraints = [
            models.UniqueConstraint(fields=["language", "number"], name="content_release_once"),
            models.CheckConstraint(name="content_release_from_one", condition=Q(number__gte=1)),
        ]


class FactConfirmation(SealedModel):
    """That a named role of a country has confirmed one of its facts, as it stood then."""

    country = models.ForeignKey(Country, on_delete=PROTECT, related_name="+")
    digest = models.CharField(max_length=DIGEST_LENGTH)  # country_facts.digest_of
    role = models.CharField(max_length=120)  # in the person's words, such as "lawyer"
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    def sealed_parts(self) -> list[Any]:
        said = [self.pk, self.country_id, self.digest, self.role]
        return [*said, self.confirmed_by_id, self.confirmed_at]

    class Meta:
        ordering = ["country", "confirmed_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["country", "digest"], name="content_fact_once"),
            models.CheckConstraint(name="content_fact_has_role", condition=~Q(role="")),
        ]


class Recording(SealedModel):
    """A text of a segment that was read aloud, as Opus and MP3. It belongs to this text alone: the
    public hears it while the released text has its digest. It counts while its seal and its files
    are as this server made them."""

    page = models.ForeignKey(Page, on_delete=PROTECT, related_name="recordings")
    key = models.SlugField(max_length=40)
    language = models.ForeignKey(Language, on_delete=PROTECT, related_name="+")
    digest = models.CharField(max_length=DIGEST_LENGTH)  # of the text: rules.text_digest
    origin = models.CharField(max_length=9, choices=enums.RecordingOrigin)
    seconds = models.PositiveSmallIntegerField()
    opus = models.BinaryField()
    mp3 = models.BinaryField()
    opus_bytes = models.PositiveIntegerField()
    mp3_bytes = models.PositiveIntegerField()
    file_digest = models.CharField(max_length=DIGEST_LENGTH)  # SHA-256 of both files
    # The beginning of a SHA-256 of place and files: its address, which says nothing of the text.
    address = models.CharField(max_length=16, unique=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")

    def sealed_parts(self) -> list[Any]:
        """Return the place, text and maker, and the digest of the files."""
        return [
            *(self.page_id, self.key, self.language_id, self.digest, self.origin, self.seconds),
            *(self.address, self.file_digest, self.recorded_by_id),
        ]

    class Meta:
        ordering = ["page", "key", "language", "recorded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "key", "language", "digest"], name="content_recording_once"
            )
        ]


class PageState(UuidModel):
    """How many segments of a page have each state in one language: counted anew when the page
    changes, so that the list of all pages and languages needs no text."""

    page = models.ForeignKey(Page, on_delete=PROTECT, related_name="states")
    language = models.ForeignKey(Language, on_delete=PROTECT, related_name="+")
    counts = models.JSONField()  # by TranslationState, without zeros

    class Meta:
        ordering = ["page", "language"]
        constraints = [
            models.UniqueConstraint(fields=["page", "language"], name="content_state_once")
        ]


class SearchEntry(NamelessModel):
    """The words of a thing that users search. The database keeps an index of the column `words`:
    `search.operations`, which needs a number as the key."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=8, choices=enums.SearchKind)
    key = models.CharField(max_length=80)  # what the kind's package calls the thing
    words = models.TextField()  # search.words.fold

    class Meta:
        ordering = ["kind", "key"]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="content_search_once")]
