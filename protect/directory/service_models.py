"""Models of organisations, services, texts, checks, and the version of the directory."""

from collections.abc import Collection
from datetime import datetime
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from protect.directory import enums
from protect.kernel.database import UuidModel
from protect.reference.models import Area, Category, Country, Language

TEXT_LENGTH = 4000  # characters
TEXTS = "texts"  # key in `Service.fact_sources`: names, kinds and texts
STAMPS_CHUNK_SIZE = 2000  # rows read at a time
USER = settings.AUTH_USER_MODEL

# `last_modified` of a service, and its version, which every edit raises.
type Stamp = tuple[datetime, int]


class Sourced(UuidModel):
    """Abstract model of a record that comes from a source and is identified by its id there."""

    source = models.CharField(max_length=60)
    source_id = models.CharField(max_length=120)
    version = models.PositiveIntegerField(default=1)
    last_modified = models.DateTimeField()  # changes with any nested row
    # The official name in its own language and script; "" = not known. `name` may be translated.
    official_name = models.CharField(max_length=240, default="", blank=True)
    official_language = models.ForeignKey(  # of `official_name`; None = not known
        Language, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True


class Organisation(Sourced):
    """An organisation that offers services. It is no organisation of users (`orgs`)."""

    name = models.CharField(max_length=240)  # working name, often in English
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
    """Chainable filters of services: `Service.objects.published().for_public()`."""

    def published(self) -> Self:
        return self.filter(status=enums.Status.PUBLISHED)

    def for_public(self) -> Self:
        """Drop services that only professionals may see."""
        return self.filter(professionals_only=False)

    def reachable(self) -> Self:
        """Keep services with a phone number, e-mail address, website or stored address."""
        ways = Q(phones__isnull=False) | Q(at_locations__isnull=False)
        return self.filter(ways | ~Q(email="") | ~Q(website="")).distinct()

    def known_to_public(self) -> Self:
        """Keep services shown to the public, or suspended or withdrawn after they were shown."""
        return self.for_readers(enums.Readers.PUBLIC, include_removed=True)

    def for_readers(self, readers: enums.Readers, *, include_removed: bool = False) -> Self:
        """Keep the services that an exported file may contain. `include_removed` adds suspended and
        withdrawn services, so that readers of an earlier file learn of the removal."""
        services = self if readers == enums.Readers.MEMBERS else self.for_public()
        if not include_removed:
            return services.published()
        statuses = [enums.Status.PUBLISHED, enums.Status.SUSPENDED, enums.Status.WITHDRAWN]
        return services.filter(status__in=statuses, released_at__isnull=False)

    def stamps(self) -> dict[UUID, Stamp]:
        """Return by service id a stamp that changes whenever the service does."""
        rows = self.order_by("pk").values_list("pk", "last_modified", "version")
        return {key: (at, version) for key, at, version in rows.iterator(STAMPS_CHUNK_SIZE)}

    def visible_in(self, maintained_countries: Collection[str]) -> Self:
        """Keep published services, and every service of the countries that the user maintains."""
        return self.filter(Q(status=enums.Status.PUBLISHED) | Q(country__in=maintained_countries))


class Service(Sourced):
    """One kind of help of one organisation. Its facts are stored in tables of their own."""

    short = models.CharField(max_length=6, unique=True)  # short code, as in its URL
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="services"
    )
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=240)  # working name, in `text_language`
    description = models.TextField(max_length=TEXT_LENGTH, default="", blank=True)
    text_language = models.ForeignKey(  # language of the texts in this row
        Language, on_delete=models.PROTECT, default="en", related_name="+"
    )
    categories = models.ManyToManyField(Category, related_name="+")
    status = models.CharField(max_length=10, choices=enums.Status, default=enums.Status.DRAFT)
    released_at = models.DateTimeField(null=True, blank=True)  # when it was first published
    scope = models.CharField(
        max_length=8, choices=enums.ServiceScope, default=enums.ServiceScope.LOCAL
    )
    modes = models.JSONField(default=list, blank=True)  # codes of enums.Mode; empty = unknown
    email = models.EmailField(max_length=254, default="", blank=True)
    website = models.URLField(max_length=400, default="", blank=True)

    # Texts in the service's own words, for what no code expresses.
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
        max_length=14, choices=enums.AddressReaders, default=enums.AddressReaders.PUBLIC
    )
    # Region shown instead of a protected address; an editor chooses it, it is never computed.
    coarse_area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    # The entry that this duplicate was merged into: its old URLs redirect there.
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="absorbed"
    )

    # For desk users only: source of the row. Never on a public page, API, export or card.
    source_url = models.URLField(max_length=600, default="", blank=True)
    source_date = models.CharField(max_length=10, default="", blank=True)  # provenance, no check
    source_confidence = models.CharField(max_length=6, default="", blank=True)
    # Sources of facts that do not come from `source_url`: Fact or TEXTS → [“link (date)”].
    fact_sources = models.JSONField(default=dict, blank=True)
    desk_notes = models.TextField(max_length=TEXT_LENGTH, default="", blank=True)
    source_digest = models.CharField(max_length=64, default="", blank=True)  # SHA-256 of its row
    # `version` after the last import. A higher `version` was edited here: imports keep the edit.
    source_version = models.PositiveIntegerField(default=1)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="directory_service_source", fields=["source", "source_id"]
            ),
            models.CheckConstraint(
                name="directory_service_coarse_only_if_protected",
                condition=Q(coarse_area=None) | ~Q(address_audience=enums.AddressReaders.PUBLIC),
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
            # The desk's service list is sorted by these columns, one page at a time.
            models.Index(fields=["name", "id"], name="directory_service_name"),
            models.Index(fields=["last_modified", "id"], name="directory_service_changed"),
        ]

    def sources(self, key: str) -> list[str]:
        """Return the sources of a fact or of TEXTS; stored values of other types are ignored."""
        stored = self.fact_sources if isinstance(self.fact_sources, dict) else {}
        texts = stored.get(key)
        return [text for text in texts if isinstance(text, str)] if isinstance(texts, list) else []

    def replace_sources(self, key: str, sources: list[str]) -> None:
        """Replace the sources of a fact or of TEXTS; the caller saves them."""
        kept = {name: self.sources(name) for name in (*enums.Fact, TEXTS)} | {key: sources}
        self.fact_sources = {str(name): texts for name, texts in kept.items() if texts}

    def drop_source(self, key: str) -> None:
        """Remove the sources of an edited fact or of TEXTS, whose values are now of another origin.
        The caller saves the service."""
        self.replace_sources(key, [])


class FactRow(UuidModel):
    """Base class for rows of facts. The foreign key `service` connects a row with its service."""

    class Meta:
        abstract = True


class ServiceText(UuidModel):
    """One text of a service in another language. It is stale when the source text has changed."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="texts")
    field = models.CharField(max_length=24, choices=enums.TranslatableField)
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
    """The version of the directory, in one row. Every write locks and raises it, so that readers
    see changes in commit order."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="directory_version_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"version {self.number}"


class FactCheck(UuidModel):
    """One check of one fact, or one edit without a check, which ends the earlier checks."""

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
