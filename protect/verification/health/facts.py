"""What may be counted of the directory: published services by country, fact and freshness.

Numbers and codes, never a name. The database counts, in a few queries however many services there
are; a test holds the counts equal to what `standing` says of each service.
"""

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
from protect.directory.enums import Audience, Fact, Freshness, Method, Verdict
from protect.directory.facts import FACTS
from protect.directory.models import FactCheck, Service
from protect.verification.models import HealthSnapshot

HEALTH_KEPT = timedelta(days=400)  # a year can be compared with the one before
LEARNT = (Verdict.CONFIRMED, Verdict.CHANGED)

type Counts = dict[Fact, Counter[Freshness]]
type Days = Counter[date]


@dataclass(slots=True)
class Health:
    """How true the directory of a country is: published services only."""

    country: str
    services: int = 0
    counts: Counts = field(default_factory=lambda: defaultdict(Counter))
    checked_on: Days = field(default_factory=Counter)  # facts by the day of their last check
    with_number: int = 0  # services
    call_tested: int = 0  # services with a number that two people have called

    @property
    def states(self) -> Counter[Freshness]:
        """Return all facts of all services by how far they can be trusted."""
        return sum(self.counts.values(), Counter())

    @property
    def facts(self) -> int:
        return self.states.total()

    @property
    def oldest(self) -> date | None:
        """Return the day of the check that is longest ago, of those that are the last of a fact."""
        return min(self.checked_on, default=None)

    def median_age(self, today: date) -> int | None:
        """Return how long ago the middle one of the checks was; None without a check. Days."""
        left = (self.checked_on.total() - 1) // 2
        for day in sorted(self.checked_on, reverse=True):
            left -= self.checked_on[day]
            if left < 0:
                return (today - day).days
        return None


def health(at: datetime) -> dict[str, Health]:
    """Return how true the directory is at an instant, by country. Five queries."""
    by_country: dict[str, Health] = {}
    for country, services, *stated in _stated():
        by_country[country] = Health(country, services)
        for fact, number in zip(Fact, stated, strict=True):
            by_country[country].counts[fact][Freshness.UNVERIFIED] = number
    for country, fact, state, number in [*_standing(at), *_unreached()]:
        counts = by_country[country].counts[Fact(fact)]
        counts[Freshness.UNVERIFIED] -= number  # where all of them were counted first
        counts[Freshness(state)] += number
    for country, day, number in _days():
        by_country[country].checked_on[day] += number
    for country, with_number, tested in _numbers():
        by_country[country].with_number, by_country[country].call_tested = with_number, tested
    return by_country


def kept_since(day: date) -> QuerySet[HealthSnapshot, tuple[Any, ...]]:
    """Return country, day, freshness and number of facts, as nights after a day have counted."""
    rows = HealthSnapshot.objects.filter(day__gt=day).values("country", "day", "freshness")
    summed = rows.annotate(number=models.Sum("services")).order_by("country", "day", "freshness")
    return summed.values_list("country", "day", "freshness", "number")


def kept_true_at() -> datetime | None:
    """Return when a night's work was last done without a failure; None if it never was."""
    entries = Entry.objects.of_chain(PLATFORM).filter(action=changes.KEPT_TRUE)
    return entries.order_by("-n").values_list("at", flat=True).first()


class _Outlived(models.Func):
    """Whether the intervals after which a check proves nothing are over. Now, made, due."""

    output_field = models.BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:  # type: ignore[override]
        (now, a), (checked, b), (due, c) = map(compiler.compile, self.source_expressions)
        return f"{checked} + {rules.EXPIRED_AFTER} * ({due} - {checked}) <= {now}", (*b, *c, *b, *a)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        (now, a), (checked, b), (due, c) = map(compiler.compile, self.source_expressions)
        since, interval = (f"django_timestamp_diff({each}, {checked})" for each in (now, due))
        return f"{since} >= {rules.EXPIRED_AFTER} * {interval}", (*a, *b, *c, *b)


def _stated() -> QuerySet[Service, tuple[Any, ...]]:
    """Return country, services, and of each fact how many services have it."""
    modes = Cast("modes", models.TextField())
    each = {
        f"with_{fact.value}": Count("pk", filter=_has(fact, "pk", "address_audience", "ways"))
        for fact in Fact
    }
    rows = Service.objects.published().annotate(ways=modes).values("country")
    counted = rows.annotate(services=Count("pk"), **each).order_by("country")
    return counted.values_list("country", "services", *each)


def _has(fact: Fact, service: str, audience: str, ways: str) -> Q:
    """Return the condition of `standing`: whether a service has a fact that can be checked."""
    kind = FACTS[fact]
    if not kind.evidence:
        return Q(**{f"{service}__isnull": False})
    has = Q(**{f"{ways}__contains": f'"{kind.mode}"'}) if kind.mode else Q()
    for table in kind.evidence:
        has |= Q(Exists(table.rows().filter(service=OuterRef(service))))
    return has & ~Q(**{audience: Audience.NEVER_STORED}) if fact == Fact.ADDRESS else has


def _checks() -> QuerySet[FactCheck]:
    """Return the checks of facts that published services have."""
    columns = ("service", "service__address_audience", "ways")
    has = reduce(or_, (Q(fact=fact) & _has(fact, *columns) for fact in Fact))
    rows = FactCheck.objects.annotate(ways=Cast("service__modes", models.TextField()))
    return rows.filter(has, service__in=Service.objects.published()).order_by()


def _same() -> QuerySet[FactCheck]:
    return FactCheck.objects.filter(service=OuterRef("service"), fact=OuterRef("fact")).order_by()


def _newer() -> QuerySet[FactCheck]:
    """Return the newer ones of these; of two at one instant, the one that `standing` has first."""
    return _same().filter(Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__lt=OuterRef("pk")))


def _deciding() -> QuerySet[FactCheck]:
    """Return the newest check of each fact, without unanswered calls."""
    reached = _checks().exclude(verdict=Verdict.NOT_REACHED)
    return reached.filter(~Exists(_newer().exclude(verdict=Verdict.NOT_REACHED)))


def _standing(at: datetime) -> QuerySet[FactCheck, tuple[Any, ...]]:
    """Return country, fact, state and number of facts in it, as `rules.freshness` defines it."""
    failed = _newer().values("service").annotate(number=Count("pk")).values("number")
    now = Value(at, models.DateTimeField())
    state = Case(
        When(failed__gte=rules.FAILED_CALLS, then=Value(Freshness.EXPIRED)),
        When(verdict=Verdict.EDITED, then=Value(Freshness.UNVERIFIED)),
        When(verdict=Verdict.DISPUTED, then=Value(Freshness.DISPUTED)),
        When(next_check__gt=at, then=Value(Freshness.FRESH)),
        When(Q(fact=Fact.CAPACITY), then=Value(Freshness.EXPIRED)),
        When(Q(_Outlived(now, F("at"), F("next_check"))), then=Value(Freshness.EXPIRED)),
        When(next_check__gte=at - rules.DUE_FOR, then=Value(Freshness.DUE)),
        default=Value(Freshness.OVERDUE),
        output_field=models.CharField(),
    )
    failures = Coalesce(Subquery(failed, output_field=models.IntegerField()), 0)
    return _counted(_deciding().annotate(failed=failures).annotate(state=state))


def _unreached() -> QuerySet[FactCheck, tuple[Any, ...]]:
    """Return the same for facts with more than one check, all of them unanswered calls."""
    rows = _checks().filter(
        Exists(_newer()),
        ~Exists(_same().exclude(verdict=Verdict.NOT_REACHED)),
        verdict=Verdict.NOT_REACHED,
    )
    return _counted(rows.annotate(state=Value(Freshness.EXPIRED, models.CharField())))


def _counted(rows: QuerySet[Any]) -> QuerySet[Any, tuple[Any, ...]]:
    """Return country, fact, `state` (which `rows` were annotated with) and number of services."""
    cell = ("service__country", "fact", "state")
    counted: QuerySet[Any] = rows.values(*cell).annotate(number=Count("service", distinct=True))
    found: QuerySet[Any, tuple[Any, ...]] = counted.values_list(*cell, "number")
    return found


def _days() -> QuerySet[FactCheck, tuple[Any, ...]]:
    """Return country, day and how many facts were last checked on it."""
    rows = _deciding().filter(verdict__in=LEARNT).annotate(day=TruncDate("at", tzinfo=UTC))
    counted = rows.values("service__country", "day").annotate(number=Count("pk"))
    return counted.values_list("service__country", "day", "number")


def _numbers() -> QuerySet[Service, tuple[Any, ...]]:
    """Return country, services with a number, and services with a tested number."""
    calls = FactCheck.objects.filter(
        service=OuterRef("pk"), fact=Fact.PHONE, verdict__in=LEARNT, method=Method.CALL
    ).filter(by__isnull=False, second_checker__isnull=False)
    undone = _newer().exclude(verdict=Verdict.CONFIRMED)  # as rules.is_call_tested
    rows = Service.objects.published().filter(
        Exists(directory.Phone.objects.filter(service=OuterRef("pk")))
    )
    rows = rows.annotate(is_tested=Exists(calls.filter(~Exists(undone)))).order_by("country")
    counted = rows.values("country").annotate(
        numbers=Count("pk"), tested=Count("pk", filter=Q(is_tested=True))
    )
    return counted.values_list("country", "numbers", "tested")


def snapshot_rows(
    health_by_country: Mapping[str, Health],
) -> list[tuple[str, Fact, Freshness, int]]:
    """Return country, fact, state and services, without zeros."""
    return [
        (country, fact, state, number)
        for country, each in health_by_country.items()
        for fact, states in each.counts.items()
        for state, number in states.items()
        if number
    ]


@transaction.atomic
def keep_health(*, at: datetime) -> int:
    """Store the freshness of the directory today, in numbers; return the number of rows.
    A second run on the same day replaces the rows. Rows older than HEALTH_KEPT are deleted. The day
    is UTC's."""
    day = at.date()
    rows = [
        HealthSnapshot(
            country_id=country, day=day, fact=fact.value, freshness=state.value, services=number
        )
        for country, fact, state, number in snapshot_rows(health(at))
    ]
    HealthSnapshot.objects.filter(day=day).delete()
    HealthSnapshot.objects.filter(day__lt=day - HEALTH_KEPT).delete()
    HealthSnapshot.objects.bulk_create(rows)
    return len(rows)
