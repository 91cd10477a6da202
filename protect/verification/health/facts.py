"""Health figures of the directory: published services by country, fact and freshness. The figures
contain numbers and codes, never names. The database counts them in a fixed number of queries; a
test compares them with `fact_records.checks`, which computes the same for one service."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db import models, transaction
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, TruncDate

from protect.audit.models import Entry
from protect.audit.rules import PLATFORM
from protect.directory import changes, models as directory, rules
from protect.directory.enums import AddressReaders, Fact, Freshness, Method, Verdict
from protect.directory.facts import FACTS
from protect.directory.models import FactCheck, Service
from protect.verification.models import HealthSnapshot

HEALTH_RETENTION = timedelta(days=400)  # of snapshots; compares a year with the one before
SUCCESSFUL_VERDICTS = (Verdict.CONFIRMED, Verdict.CHANGED)  # the fact was right afterwards

type Counts = dict[Fact, Counter[Freshness]]
type ChecksByDay = Counter[date]


@dataclass(slots=True)
class CountryHealth:
    """How fresh the facts of the published services of one country are, as numbers."""

    country: str
    services: int = 0
    counts: Counts = field(default_factory=lambda: defaultdict(Counter))
    checked_on: ChecksByDay = field(default_factory=Counter)  # facts by day last checked as right
    with_number: int = 0  # services
    call_tested: int = 0  # services with a number that two people have called

    @property
    def states(self) -> Counter[Freshness]:
        """The number of facts of all services, by freshness."""
        return sum(self.counts.values(), Counter())

    @property
    def facts(self) -> int:
        """The number of facts of all published services in the country."""
        return self.states.total()

    @property
    def oldest(self) -> date | None:
        """The oldest day in `checked_on`; None without a check."""
        return min(self.checked_on, default=None)

    def median_check_age_days(self, today: date) -> int | None:
        """Return the median age in days of the checks in `checked_on`; None without any."""
        remaining = (self.checked_on.total() - 1) // 2
        for day in sorted(self.checked_on, reverse=True):
            remaining -= self.checked_on[day]
            if remaining < 0:
                return (today - day).days
        return None


def compute_health(at: datetime) -> dict[str, CountryHealth]:
    """Return by country how fresh the facts of services are at an instant, in five queries."""
    by_country: dict[str, CountryHealth] = {}
    for country, services, *numbers_of_services in _count_services_by_fact():
        by_country[country] = CountryHealth(country, services)
        for fact, number in zip(Fact, numbers_of_services, strict=True):
            by_country[country].counts[fact][Freshness.UNVERIFIED] = number
    for country, fact, state, number in [*_count_facts_by_state(at), *_count_unreached_facts()]:
        counts = by_country[country].counts[Fact(fact)]
        counts[Freshness.UNVERIFIED] -= number  # all facts were first counted as unverified
        counts[Freshness(state)] += number
    for country, day, number in _count_last_checks_by_day():
        by_country[country].checked_on[day] += number
    for country, with_number, tested in _count_call_tested():
        by_country[country].with_number, by_country[country].call_tested = with_number, tested
    return by_country


def snapshots_since(day: date) -> QuerySet[HealthSnapshot, tuple[Any, ...]]:
    """Return country, day, freshness and number of facts of the snapshots after a day."""
    rows = HealthSnapshot.objects.filter(day__gt=day).values("country", "day", "freshness")
    summed = rows.annotate(number=models.Sum("services")).order_by("country", "day", "freshness")
    return summed.values_list("country", "day", "freshness", "number")


def last_successful_night() -> datetime | None:
    """Return when all nightly steps of the directory last succeeded; None if they never did."""
    entries = Entry.objects.of_chain(PLATFORM).filter(action=changes.NIGHT_SUCCEEDED)
    return entries.order_by("-n").values_list("at", flat=True).first()


class _IsExpired(models.Func):
    """SQL condition that a check has expired. Arguments: now, made at, due at."""

    output_field = models.BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:  # type: ignore[override]
        (now, a), (checked, b), (due, c) = map(compiler.compile, self.source_expressions)
        return f"{checked} + {rules.EXPIRED_AFTER} * ({due} - {checked}) <= {now}", (*b, *c, *b, *a)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        (now, a), (checked, b), (due, c) = map(compiler.compile, self.source_expressions)
        since, interval = (f"django_timestamp_diff({end}, {checked})" for end in (now, due))
        return f"{since} >= {rules.EXPIRED_AFTER} * {interval}", (*a, *b, *c, *b)


def _count_services_by_fact() -> QuerySet[Service, tuple[Any, ...]]:
    """Return country, number of services, and for each fact how many of the services have it."""
    modes = Cast("modes", models.TextField())
    columns = ("pk", "address_audience", "ways")
    having = {f"with_{fact.value}": Count("pk", filter=_has_fact(fact, *columns)) for fact in Fact}
    rows = Service.objects.published().annotate(ways=modes).values("country")
    counted = rows.annotate(services=Count("pk"), **having).order_by("country")
    return counted.values_list("country", "services", *having)


def _has_fact(fact: Fact, service: str, audience: str, ways: str) -> Q:
    """Return the condition that a service has a fact. The strings name columns of the query."""
    fact_type = FACTS[fact]
    if not fact_type.evidence:
        return Q(**{f"{service}__isnull": False})
    condition = Q(**{f"{ways}__contains": f'"{fact_type.mode}"'}) if fact_type.mode else Q()
    for table in fact_type.evidence:
        condition |= Q(Exists(table.rows().filter(service=OuterRef(service))))
    hidden = Q(**{audience: AddressReaders.NEVER_STORED})
    return condition & ~hidden if fact == Fact.ADDRESS else condition


def _checks_of_published() -> QuerySet[FactCheck]:
    """Return the checks of published services, for facts that the services have."""
    columns = ("service", "service__address_audience", "ways")
    has = reduce(or_, (Q(fact=fact) & _has_fact(fact, *columns) for fact in Fact))
    rows = FactCheck.objects.annotate(ways=Cast("service__modes", models.TextField()))
    return rows.filter(has, service__in=Service.objects.published()).order_by()


def _checks_of_same_fact() -> QuerySet[FactCheck]:
    """Return the checks of the same fact as the row of the outer query, for a subquery."""
    return FactCheck.objects.filter(service=OuterRef("service"), fact=OuterRef("fact")).order_by()


def _newer_checks() -> QuerySet[FactCheck]:
    """Return the checks of the same fact that are newer than the row of the outer query. Of two
    checks at one instant, the one with the smaller id counts as newer, as in `fact_records`."""
    is_newer = Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__lt=OuterRef("pk"))
    return _checks_of_same_fact().filter(is_newer)


def _deciding_checks() -> QuerySet[FactCheck]:
    """Return the newest check of each fact that is not an unanswered call."""
    reached = _checks_of_published().exclude(verdict=Verdict.NOT_REACHED)
    return reached.filter(~Exists(_newer_checks().exclude(verdict=Verdict.NOT_REACHED)))


def _count_facts_by_state(at: datetime) -> QuerySet[FactCheck, tuple[Any, ...]]:
    """Return country, fact, state and number of facts, with the states of `rules.freshness`."""
    failed = _newer_checks().values("service").annotate(number=Count("pk")).values("number")
    now = Value(at, models.DateTimeField())
    state = Case(
        When(failed__gte=rules.FAILED_CALLS_LIMIT, then=Value(Freshness.EXPIRED)),
        When(verdict=Verdict.EDITED, then=Value(Freshness.UNVERIFIED)),
        When(verdict=Verdict.DISPUTED, then=Value(Freshness.DISPUTED)),
        When(next_check__gt=at, then=Value(Freshness.FRESH)),
        When(Q(fact=Fact.CAPACITY), then=Value(Freshness.EXPIRED)),
        When(Q(_IsExpired(now, F("at"), F("next_check"))), then=Value(Freshness.EXPIRED)),
        When(next_check__gte=at - rules.DUE_FOR, then=Value(Freshness.DUE)),
        default=Value(Freshness.OVERDUE),
        output_field=models.CharField(),
    )
    failures = Coalesce(Subquery(failed, output_field=models.IntegerField()), 0)
    return _group_by_state(_deciding_checks().annotate(failed=failures).annotate(state=state))


def _count_unreached_facts() -> QuerySet[FactCheck, tuple[Any, ...]]:
    """Count, as expired, services with two or more unanswered calls about a fact and no other
    check of it. Return country, fact, state and number."""
    rows = _checks_of_published().filter(
        Exists(_newer_checks()),
        ~Exists(_checks_of_same_fact().exclude(verdict=Verdict.NOT_REACHED)),
        verdict=Verdict.NOT_REACHED,
    )
    return _group_by_state(rows.annotate(state=Value(Freshness.EXPIRED, models.CharField())))


def _group_by_state(rows: QuerySet[Any]) -> QuerySet[Any, tuple[Any, ...]]:
    """Return country, fact, state and number of services, for checks annotated with `state`."""
    cell = ("service__country", "fact", "state")
    counted: QuerySet[Any] = rows.values(*cell).annotate(number=Count("service", distinct=True))
    rows_of_states: QuerySet[Any, tuple[Any, ...]] = counted.values_list(*cell, "number")
    return rows_of_states


def _count_last_checks_by_day() -> QuerySet[FactCheck, tuple[Any, ...]]:
    """Return country, day, and number of facts whose deciding check succeeded on that day."""
    checks = _deciding_checks().filter(verdict__in=SUCCESSFUL_VERDICTS)
    rows = checks.annotate(day=TruncDate("at", tzinfo=UTC)).values("service__country", "day")
    return rows.annotate(number=Count("pk")).values_list("service__country", "day", "number")


def _count_call_tested() -> QuerySet[Service, tuple[Any, ...]]:
    """Return country, how many services have a number, and how many of these a call test."""
    calls = FactCheck.objects.filter(
        service=OuterRef("pk"), fact=Fact.PHONE, verdict__in=SUCCESSFUL_VERDICTS, method=Method.CALL
    ).filter(by__isnull=False, second_checker__isnull=False)
    ending_checks = _newer_checks().exclude(verdict=Verdict.CONFIRMED)  # as rules.is_call_tested
    phones = directory.Phone.objects.filter(service=OuterRef("pk"))
    rows = Service.objects.published().filter(Exists(phones))
    rows = rows.annotate(is_tested=Exists(calls.filter(~Exists(ending_checks)))).order_by("country")
    tested = Count("pk", filter=Q(is_tested=True))
    counted = rows.values("country").annotate(numbers=Count("pk"), tested=tested)
    return counted.values_list("country", "numbers", "tested")


def snapshot_rows(health: Mapping[str, CountryHealth]) -> list[tuple[str, Fact, Freshness, int]]:
    """Return country, fact, state and number of services; zeros are left out."""
    return [
        (country, fact, state, number)
        for country, figures in health.items()
        for fact, states in figures.counts.items()
        for state, number in states.items()
        if number
    ]


@transaction.atomic
def store_health(*, at: datetime) -> int:
    """Store today's health figures as snapshots; return the number of rows. A second run on the
    same day replaces them. Rows older than HEALTH_RETENTION are deleted. The day is in UTC."""
    day = at.date()
    rows = [
        HealthSnapshot(country_id=country, day=day, fact=fact, freshness=state, services=number)
        for country, fact, state, number in snapshot_rows(compute_health(at))
    ]
    HealthSnapshot.objects.filter(day=day).delete()
    HealthSnapshot.objects.filter(day__lt=day - HEALTH_RETENTION).delete()
    HealthSnapshot.objects.bulk_create(rows)
    return len(rows)
