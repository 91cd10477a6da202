"""Organisations, their services, which of these a reader may see, and the directory's version."""

from collections.abc import Collection
from datetime import datetime
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from protect.directory import enums
from protect.kernel.uuid_model import UuidModel
from protect.reference.models import Area, Category, Country, Language

TEXT_LENGTH = 4000  # characters
STAMPS = 2000  # read at a time
USER = settings.AUTH_USER_MODEL

# When the public last read something else of a service, and its version, which every edit raises.
type Stamp = tuple[datetime, int]


class Sourced(UuidModel):
    """A record of a source, identified by the source and its id there."""

    source = models.CharField(max_length=60)
    source_id = models.CharField(max_length=120)
    version = models.PositiveIntegerField(default=1)
    last_modified = models.DateTimeField()  # moves when anything nested changes

    class Meta:
        abstract = True


class Organisation(Sourced):
    name = models.CharField(max_length=240)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    description = models.TextField(max_length=TEXT_LENGTH, default="", blank=True)
    website = models.URLField(max_length=400, default="", blank=True)
    # [{"scheme": "…", "identifier": "…"}], as its register writes them
    identifiers = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="directory_organisation_source", fields=["source", "source_id"]
            )
        ]


class ServiceQuerySet(models.QuerySet["Service"]):
    """Reads as English: `Service.objects.published().for_public()`."""

    def published(self) -> Self:
        """Keep what has been released."""
        return self.filter(status=enums.Status.PUBLISHED)

    def for_public(self) -> Self:
        """Drop what only professionals may see."""
        return self.filter(professionals_only=False)

    def reachable(self) -> Self:
        """Keep services that can be called, written to, looked up or visited."""
        ways = Q(phones__isnull=False) | Q(at_locations__isnull=False)
        return self.filter(ways | ~Q(email="") | ~Q(website="")).distinct()

    def known_outside(self) -> Self:
        """Keep what the public may see or has seen: clients must learn that it is gone."""
        return self.for_readers(enums.Readers.PUBLIC, with_gone=True)

    def for_readers(self, readers: enums.Readers, *, with_gone: bool = False) -> Self:
        """Keep what may leave the platform as a file.
        `with_gone` adds what readers of an earlier file must hear is gone: suspended, withdrawn."""
        kept = self if readers == enums.Readers.MEMBERS else self.for_public()
        if not with_gone:
            return kept.published()
        gone = [enums.Status.PUBLISHED, enums.Status.SUSPENDED, enums.Status.WITHDRAWN]
        return kept.filter(status__in=gone, released_at__isnull=False)

    def stamps(self) -> dict[UUID, Stamp]:
        """Return a stamp for each service that changes with it."""
        rows = self.order_by("pk").values_list("pk", "last_modified", "version")
        return {key: (at, version) for key, at, version in rows.iterator(STAMPS)}

    def visible_in(self, kept: Collection[str]) -> Self:
        """Keep what a member may see: what is published, and all of the countries they keep."""
        return self.filter(Q(status=enums.Status.PUBLISHED) | Q(country__in=kept))


class Service(Sourced):
    """One kind of help that one organisation gives. Facts about it hang on their own rows."""

    short = models.CharField(max_length=6, unique=True)  # as it stands in an address
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="services"
    )
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=240)
    description = models.TextField(max_length=TEXT_LENGTH, default="", blank=True)
    text_language = models.ForeignKey(  # of its texts as they stand here
        Language, on_delete=models.PROTECT, default="en", related_name="+"
    )
    categories = models.ManyToManyField(Category, related_name="+")
    status = models.CharField(max_length=10, choices=enums.Status, default=enums.Status.DRAFT)
    released_at = models.DateTimeField(null=True, blank=True)  # when the public first saw it
    scope = models.CharField(max_length=8, choices=enums.Scope, default=enums.Scope.LOCAL)
    modes = models.JSONField(default=list, blank=True)  # codes of enums.Mode; empty = unknown
    email = models.EmailField(max_length=254, default="", blank=True)
    website = models.URLField(max_length=400, default="", blank=True)

    # Shown in the source's own words, because no code says them.
    audience_note = models.TextField(max_length=TEXT_LENGTH, default="", blank=True)
    how_to_access = models.TextField(max_length=TEXT_LENGTH, default="", blank=True)
    restrictions = models.TextField(max_length=TEXT_LENGTH, default="", blank=True)
    area_note = models.TextField(max_length=TEXT_LENGTH, default="", blank=True)

    # How a professional refers a person.
    referral_route = models.TextField(max_length=TEXT_LENGTH, default="", blank=True)
    reply_days = models.PositiveSmallIntegerField(null=True, blank=True)  # days
    maximum_stay_days = models.PositiveSmallIntegerField(null=True, blank=True)  # days
    admission_conditions = models.TextField(max_length=TEXT_LENGTH, default="", blank=True)

    professionals_only = models.BooleanField(default=False)
    address_audience = models.CharField(
        max_length=14, choices=enums.Audience, default=enums.Audience.PUBLIC
    )
    # Where a service with a protected address is said to be: a cell chosen by its editor, never
    # computed from the true spot.
    coarse_area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    # The entry that this one turned out to be the same as: old addresses lead there.
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="absorbed"
    )

    # For the desk: where the row came from. Never on a public page, API, export or card.
    source_url = models.URLField(max_length=600, default="", blank=True)
    source_date = models.CharField(max_length=10, default="", blank=True)  # provenance, no check
    source_confidence = models.CharField(max_length=6, default="", blank=True)
    desk_notes = models.TextField(max_length=TEXT_LENGTH, default="", blank=True)
    source_digest = models.CharField(max_length=64, default="", blank=True)  # of the imported row
    # The version that the import wrote. A later one was edited here and is never overwritten.
    source_version = models.PositiveIntegerField(default=1)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="directory_service_source", fields=["source", "source_id"]
            ),
            models.CheckConstraint(
                name="directory_service_coarse_only_if_protected",
                condition=Q(coarse_area=None) | ~Q(address_audience=enums.Audience.PUBLIC),
            ),
            models.CheckConstraint(
                name="directory_service_shown_was_released",
                condition=~Q(status=enums.Status.PUBLISHED) | Q(released_at__isnull=False),
            ),
            models.CheckConstraint(
                name="directory_service_merged_is_withdrawn",
                condition=Q(merged_into=None) | Q(status=enums.Status.WITHDRAWN),
            ),
            models.CheckConstraint(
                name="directory_service_merged_into_another",
                condition=Q(merged_into=None) | ~Q(merged_into=F("pk")),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "country"], name="directory_service_status"),
            # In these orders the desk's list is read, a page at a time.
            models.Index(fields=["name", "id"], name="directory_service_name"),
            models.Index(fields=["last_modified", "id"], name="directory_service_changed"),
        ]


class FactRow(UuidModel):
    """A row of a fact. It hangs on a service by the key `service`."""

    class Meta:
        abstract = True


class ServiceText(UuidModel):
    """One text of a service in another language. It is stale when the source text has changed."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="texts")
    field = models.CharField(max_length=24, choices=enums.TextField)
    language = models.ForeignKey(Language, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=TEXT_LENGTH)
    source_digest = models.CharField(max_length=64)  # SHA-256 of the text that was translated
    state = models.CharField(
        max_length=8, choices=enums.ReviewState, default=enums.ReviewState.DRAFT
    )
    by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reviewed_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="directory_text_once", fields=["service", "field", "language"]
            ),
            models.CheckConstraint(name="directory_text_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="directory_text_reviewed_by_another",
                condition=Q(state=enums.ReviewState.DRAFT, reviewed_by=None, reviewed_at=None)
                | (
                    Q(
                        state=enums.ReviewState.REVIEWED,
                        reviewed_by__isnull=False,
                        reviewed_at__isnull=False,
                    )
                    & (Q(by=None) | ~Q(reviewed_by=F("by")))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} of {self.service_id} in {self.language_id}"


class DirectoryVersion(models.Model):
    """One row. Every write locks and raises it, so that readers see changes in commit order."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="directory_version_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"version {self.number}"


class FactCheck(UuidModel):
    """One check of one fact. The newest decides how far the fact can be trusted."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="checks")
    fact = models.CharField(max_length=16, choices=enums.Fact)
    verdict = models.CharField(max_length=12, choices=enums.Verdict)
    method = models.CharField(max_length=8, choices=enums.Method)
    source = models.CharField(max_length=400, default="", blank=True)  # for the desk
    by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    second_checker = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    next_check = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                name="directory_check_next_after_at", condition=Q(next_check__gt=F("at"))
            ),
            models.CheckConstraint(
                name="directory_check_by_two_people",
                condition=Q(second_checker=None) | ~Q(second_checker=F("by")),
            ),
        ]
        indexes = [models.Index(fields=["service", "fact", "-at"], name="directory_check_newest")]

    def __str__(self) -> str:
        return f"{self.fact} of {self.service_id}: {self.verdict}"
