"""What checks of facts leave, one row each, and what they still prove: the standing of a fact."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from protect.directory import changes, rules
from protect.directory.enums import Audience, Fact, Freshness, Method, Verdict
from protect.directory.facts import FACTS
from protect.directory.facts.base.fact_type import Evidence
from protect.directory.facts.base.intervals import intervals
from protect.directory.models import FactCheck, Phone, Service
from protect.orgs.models import User

# What a check proves in these states, whatever its age.
PROVES_NOTHING = frozenset({Freshness.UNVERIFIED, Freshness.DISPUTED})


class Finding(NamedTuple):
    verdict: Verdict
    method: Method
    by: User | None = None
    second_checker: User | None = None
    source: str = ""  # for the desk


class Standing(NamedTuple):
    """The standing of one fact. `check` is the one that decides, `newest` the latest."""

    fact: Fact
    state: Freshness
    confidence: float  # 0 to 1
    check: FactCheck | None
    newest: FactCheck | None


type Standings = dict[Fact, Standing]


@transaction.atomic
def check_fact(service: Service, fact: Fact, finding: Finding, *, at: datetime) -> FactCheck:
    """Record that a fact was checked. No other fact of the service ages by it.
    Source: docs/adr/0005-facts-and-freshness.md."""
    changes.touch()
    interval = intervals()[fact]
    due = rules.next_check(at, interval.length, interval.weights[finding.method])
    return record(service, fact, finding, at=at, next_check=due)


def record(
    service: Service, fact: Fact, finding: Finding, *, at: datetime, next_check: datetime
) -> FactCheck:
    """Store a finding about a fact, in the caller's transaction."""
    check = FactCheck.objects.create(
        service=service, fact=fact, at=at, next_check=next_check, **finding._asdict()
    )
    changes.note_check(service, check)
    return check


def untested(services: Collection[Service]) -> frozenset[UUID]:
    """Return which of many services have a number that no two people have called. Two queries."""
    keys = [each.pk for each in services]
    checks: dict[UUID, list[rules.PhoneCheck]] = {}
    rows = FactCheck.objects.filter(service__in=keys, fact=Fact.PHONE).order_by("-at", "pk")
    for each in rows.iterator():
        has_two = None not in (each.by_id, each.second_checker_id)
        seen = rules.PhoneCheck(each.verdict, each.method, has_two)
        checks.setdefault(each.service_id, []).append(seen)
    numbered = Phone.objects.filter(service__in=keys).values_list("service", flat=True)
    return frozenset(key for key in numbered if not rules.is_call_tested(checks.get(key, [])))


def is_tested(service: Service) -> bool:
    """Return the same of one service: whether no number of it lacks its call by two people."""
    return not untested([service])


def numbers_of(service: Service) -> list[str]:
    """Return the numbers of a service as they are dialled, in order."""
    return list(service.phones.order_by("position", "pk").values_list("number", flat=True))


def standing_of(service: Service, at: datetime) -> Standings:
    """Return the standing of every fact of a service, in the order of enums.Fact."""
    return standings([service], at)[service.pk]


def standings(services: Collection[Service], at: datetime) -> dict[UUID, Standings]:
    """Return the same for many services, by service: seven queries, however many they are."""
    keys = [each.pk for each in services]
    checks: dict[UUID, dict[str, list[FactCheck]]] = {key: {} for key in keys}
    for check in FactCheck.objects.filter(service__in=keys).order_by("-at", "pk").iterator():
        checks[check.service_id].setdefault(check.fact, []).append(check)
    has = {
        each: frozenset(each.rows().filter(service__in=keys).values_list("service", flat=True))
        for each in {each for fact in FACTS.values() for each in fact.evidence}
    }
    return {
        each.pk: {
            fact: standing_from(fact, checks[each.pk].get(fact, []), at)
            for fact in _facts(each, has)
        }
        for each in services
    }


def standing_from(fact: Fact, checks: Sequence[FactCheck], at: datetime) -> Standing:
    """Return the standing of a fact. `checks` are those of this fact alone, newest first."""
    newest = checks[0] if checks else None
    checks = rules.since_edit(checks)
    seen = [rules.CheckSeen(each.verdict, each.at, each.next_check) for each in checks]
    state = rules.freshness(fact, seen, at)
    failed = rules.failed_calls(checks)
    check = checks[failed] if failed < len(checks) else None
    # 0 where nothing is proven: unchecked, disputed, or the phone no longer answered.
    confidence = 0.0
    if check and state not in PROVES_NOTHING and failed < rules.FAILED_CALLS:
        weight, length = intervals()[fact].weights[Method(check.method)], intervals()[fact].length
        confidence = rules.confidence(weight, at - check.at, length)
    return Standing(fact, state, confidence, check, newest)


def _facts(service: Service, has: Mapping[Evidence, frozenset[UUID]]) -> Iterator[Fact]:
    """Yield the facts that a service has. A protected address is none: nothing is to check."""
    for code, fact in FACTS.items():
        is_there = not fact.evidence or fact.mode in service.modes
        is_hidden = code == Fact.ADDRESS and service.address_audience == Audience.NEVER_STORED
        if not is_hidden and (is_there or any(service.pk in has[each] for each in fact.evidence)):
            yield code
