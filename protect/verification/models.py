from datetime import datetime
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Case, CheckConstraint, F, Index, Q, UniqueConstraint, When

from protect.directory.service_models import Service
from protect.kernel.database import UuidModel
from protect.orgs.models import Organisation, User
from protect.reference.models import Country
from protect.verification.enums import CallState, CorrectionState, PairState, QueueState, Reporter


def filled_unless(name: str, state: str, *fields: str) -> CheckConstraint:
    """Return a constraint: the fields are empty in this state and filled in every other state."""
    empty = Q(state=state, **dict.fromkeys(fields))
    condition = empty | (~Q(state=state) & Q(**{f"{field}__isnull": False for field in fields}))
    return CheckConstraint(name=name, condition=condition)


class QueueQuerySet(models.QuerySet["QueueItem"]):
    def waiting(self) -> Self:
        """Keep items that are not closed: open or claimed."""
        return self.filter(closed_at=None)

    def free(self, at: datetime) -> Self:
        """Keep items that can be claimed now: unclaimed, or with an expired lease."""
        return self.waiting().exclude(Q(state=QueueState.CLAIMED, leased_until__gt=at))


class QueueItem(UuidModel):
    """A service that has to be checked. The facts to check follow from its checks."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=QueueState, default=QueueState.OPEN)
    reasons = models.JSONField(default=list)  # codes of enums.QueueReason
    # largest harm × lost confidence of a fact, × dependents; updated each night and by `enqueue`
    priority = models.FloatField(default=0)
    dependents = models.PositiveIntegerField(default=0)  # settlements
    opened_at = models.DateTimeField()
    claimed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    leased_until = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=400, default="", blank=True)  # for the next user
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = QueueQuerySet.as_manager()

    class Meta:
        ordering = ["-priority", "opened_at", "pk"]
        constraints = [
            UniqueConstraint(
                name="verification_queue_one_waiting",
                fields=["service"],
                condition=Q(closed_at=None),
            ),
            CheckConstraint(
                name="verification_queue_claimed_has_a_lease",
                condition=Q(
                    state=QueueState.CLAIMED, claimed_by__isnull=False, leased_until__isnull=False
                )
                | (~Q(state=QueueState.CLAIMED) & Q(leased_until=None)),
            ),
            CheckConstraint(
                name="verification_queue_closed_has_a_date",
                condition=Q(state__in=[QueueState.OPEN, QueueState.CLAIMED], closed_at=None)
                | (
                    ~Q(state__in=[QueueState.OPEN, QueueState.CLAIMED]) & Q(closed_at__isnull=False)
                ),
            ),
        ]
        indexes = [Index(fields=["country", "state", "-priority"], name="verification_queue_order")]


class CallTest(UuidModel):
    """Two people call the numbers independently, then their notes are compared.
    A waiting test needs the second call if `second` is empty, otherwise the comparison."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    numbers = models.JSONField()  # numbers at the time of the first call
    heard = models.CharField(max_length=400)  # the answering person and their words
    state = models.CharField(max_length=10, choices=CallState, default=CallState.WAITING)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    second = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    second_heard = models.CharField(max_length=400, default="", blank=True)  # as `heard`
    second_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "pk"]
        constraints = [
            UniqueConstraint(
                name="verification_call_one_waiting",
                fields=["service"],
                condition=Q(state=CallState.WAITING),
            ),
            CheckConstraint(
                name="verification_call_by_two_people",
                condition=Q(second=None) | ~Q(second=F("by")),
            ),
            filled_unless("verification_call_ended_has_a_date", CallState.WAITING, "ended_at"),
        ]


class ProviderLink(UuidModel):
    """A link, sent by e-mail to a service, to the page on which it confirms its own entry."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256, in hexadecimal digits
    # Null: sent by the nightly job, or because the service asked for a new link.
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created = models.DateTimeField()
    expires = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)  # first submission, not first view
    answered_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created", "pk"]
        constraints = [
            CheckConstraint(
                name="verification_link_expires_after_it_began",
                condition=Q(expires__gt=F("created")),
            )
        ]


class Reminder(UuidModel):
    """A weekly e-mail about waiting checks to the users who check for an organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    waiting = models.PositiveIntegerField()  # items of the queue at that moment

    class Meta:
        ordering = ["-at", "pk"]


class HealthSnapshot(UuidModel):
    """The number of published services of a country by fact and freshness, on one day."""

    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    fact = models.CharField(max_length=16)  # enums.Fact
    freshness = models.CharField(max_length=10)  # enums.Freshness
    services = models.PositiveIntegerField()  # published

    class Meta:
        ordering = ["-day", "country", "fact", "freshness"]
        constraints = [
            UniqueConstraint(
                name="verification_health_once_a_day",
                fields=["country", "day", "fact", "freshness"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.fact} of {self.country_id} on {self.day}"


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def new(self) -> Self:
        return self.filter(state=CorrectionState.NEW)

    def about(self, service: UUID) -> Self:
        """Keep reports about a service, or about entries that were merged into it."""
        return self.filter(Q(service=service) | Q(service__merged_into=service))

    def new_first(self) -> Self:
        """Order open reports first, oldest first; then judged ones, latest first."""
        open_first = Case(When(state=CorrectionState.NEW, then=0), default=1)
        return self.order_by(open_first, F("judged_at").desc(nulls_first=True), "created", "pk")


class Correction(UuidModel):
    """A report that something about a service is wrong, on which a moderator decides."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    reporter = models.CharField(max_length=8, choices=Reporter)
    # The member who reports; null for visitors, who stay anonymous.
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    facts = models.JSONField()  # reported codes of enums.Fact and ReportClaim
    text = models.CharField(max_length=1000, default="", blank=True)
    # Values that a service submitted by its link, by fact. Accepting the report writes them.
    proposed = models.JSONField(default=dict, blank=True)
    # By fact, `fingerprint_of` the values that were stored when the service proposed others.
    marks = models.JSONField(default=dict, blank=True)
    language = models.CharField(max_length=35, default="", blank=True)  # BCP 47, of the page
    state = models.CharField(max_length=10, choices=CorrectionState, default=CorrectionState.NEW)
    created = models.DateTimeField()
    judged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=400, default="", blank=True)  # of the decision
    duplicate_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["created", "pk"]
        constraints = [
            filled_unless(
                "verification_correction_judged_by_somebody",
                *(CorrectionState.NEW, "judged_by", "judged_at"),
            ),
            CheckConstraint(
                name="verification_correction_rejected_with_a_reason",
                condition=~Q(state=CorrectionState.REJECTED) | ~Q(reason=""),
            ),
            CheckConstraint(
                name="verification_correction_member_is_known",
                condition=Q(reporter=Reporter.MEMBER, by__isnull=False)
                | (~Q(reporter=Reporter.MEMBER) & Q(by=None)),
            ),
            CheckConstraint(
                name="verification_correction_duplicate_of_another",
                condition=(
                    Q(state=CorrectionState.DUPLICATE, duplicate_of__isnull=False)
                    & ~Q(duplicate_of=F("pk"))
                )
                | (~Q(state=CorrectionState.DUPLICATE) & Q(duplicate_of=None)),
            ),
        ]
        indexes = [
            Index(fields=["country", "state", "created"], name="verification_correction_new")
        ]

    @property
    def is_proposal(self) -> bool:
        """Whether the service itself proposed new values by its link."""
        return self.reporter == Reporter.PROVIDER and bool(self.proposed)


class DuplicatePair(UuidModel):
    """Two entries that may be one service. `first` is the one with the smaller id."""

    first = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=PairState, default=PairState.PROPOSED)
    score = models.FloatField(default=0)  # 0 to 1
    signs = models.JSONField(default=list)  # codes of enums.Similarity
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    # Values before the merge, so that it can be undone for 30 days; never a hidden address.
    before = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-score", "pk"]
        constraints = [
            UniqueConstraint(name="verification_pair_once", fields=["first", "second"]),
            CheckConstraint(name="verification_pair_in_order", condition=Q(first__lt=F("second"))),
            filled_unless(
                "verification_pair_decided_by_somebody",
                *(PairState.PROPOSED, "decided_by", "decided_at"),
            ),
            CheckConstraint(
                name="verification_pair_undo_only_if_merged",
                condition=Q(before={}) | Q(state=PairState.MERGED),
            ),
        ]
