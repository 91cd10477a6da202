"""Record checks of facts, and compute the current state of a fact from its checks."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from protect.directory import changes, facts, rules
from protect.directory.enums import AddressReaders, Fact, Freshness, Method, Verdict
from protect.directory.facts.base.fact_type import Evidence
from protect.directory.facts.base.intervals import intervals
from protect.directory.models import FactCheck, Phone, Service
from protect.orgs.models import User

# In these states the confidence of a fact is 0, whatever the age of its last check.
STATES_WITHOUT_CONFIDENCE = frozenset({Freshness.UNVERIFIED, Freshness.DISPUTED})


class Finding(NamedTuple):
    """The result of a check of one fact, before it is stored."""

    verdict: Verdict
    method: Method
    by: User | None = None
    second_checker: User | None = None
    source: str = ""  # for the desk


class FactState(NamedTuple):
    """The current state of one fact: its freshness, confidence and checks.
    `check` is the check that decides the freshness, `newest` the latest one."""

    fact: Fact
    state: Freshness
    confidence: float  # 0 to 1
    check: FactCheck | None
    newest: FactCheck | None


type FactStates = dict[Fact, FactState]


@transaction.atomic
def record_check(service: Service, fact: Fact, finding: Finding, *, at: datetime) -> FactCheck:
    """Record a check of one fact, raising the directory's version. Other facts keep their
    freshness. Source: docs/adr/0005-facts-and-freshness.md."""
    changes.raise_version()
    interval = intervals()[fact]
    due = rules.next_check_time(at, interval.length, interval.weights[finding.method])
    return store_check(service, fact, finding, at=at, next_check=due)


def store_check(
    service: Service, fact: Fact, finding: Finding, *, at: datetime, next_check: datetime
) -> FactCheck:
    """Store a finding and call `update_version_after_check`, in the caller's transaction."""
    check = FactCheck.objects.create(
        service=service, fact=fact, at=at, next_check=next_check, **finding._asdict()
    )
    changes.update_version_after_check(service, check)
    return check


def find_services_without_call_test(services: Collection[Service]) -> frozenset[UUID]:
    """Return the ids of services with a phone number that lacks a call test, in two queries."""
    keys = [service.pk for service in services]
    checks: dict[UUID, list[rules.PhoneCheck]] = {}
    rows = FactCheck.objects.filter(service__in=keys, fact=Fact.PHONE).order_by("-at", "pk")
    for row in rows.iterator():
        has_two = None not in (row.by_id, row.second_checker_id)
        phone_check = rules.PhoneCheck(row.verdict, row.method, has_two)
        checks.setdefault(row.service_id, []).append(phone_check)
    with_number = Phone.objects.filter(service__in=keys).values_list("service", flat=True)
    return frozenset(key for key in with_number if not rules.is_call_tested(checks.get(key, [])))


def has_call_test(service: Service) -> bool:
    """Return whether a service has passed its call test, or has no phone number."""
    return not find_services_without_call_test([service])


def phone_numbers_of(service: Service) -> list[str]:
    """Return the phone numbers of a service as dialled, in the order of `position`."""
    return list(service.phones.order_by("position", "pk").values_list("number", flat=True))


def service_fact_states(service: Service, at: datetime) -> FactStates:
    """Return the state of each fact to check at a service, in the order of enums.Fact."""
    return fact_states_of_services([service], at)[service.pk]


def fact_states_of_services(services: Collection[Service], at: datetime) -> dict[UUID, FactStates]:
    """Return by service the state of each fact that can be checked there, in seven queries."""
    keys = [service.pk for service in services]
    checks: dict[UUID, dict[str, list[FactCheck]]] = {key: {} for key in keys}
    for check in FactCheck.objects.filter(service__in=keys).order_by("-at", "pk").iterator():
        checks[check.service_id].setdefault(check.fact, []).append(check)
    ids_by_evidence = {
        evidence: frozenset(
            evidence.rows().filter(service__in=keys).values_list("service", flat=True)
        )
        for evidence in {evidence for fact in facts.FACTS.values() for evidence in fact.evidence}
    }
    return {
        service.pk: {
            fact: compute_fact_state(fact, checks[service.pk].get(fact, []), at)
            for fact in _existing_facts(service, ids_by_evidence)
        }
        for service in services
    }


def compute_fact_state(fact: Fact, checks: Sequence[FactCheck], at: datetime) -> FactState:
    """Return the state of a fact. `checks`: all checks of this fact, newest first."""
    newest = checks[0] if checks else None
    checks = rules.checks_since_edit(checks)
    summaries = [rules.CheckSummary(check.verdict, check.at, check.next_check) for check in checks]
    state = rules.freshness(fact, summaries, at)
    failed_calls = rules.count_failed_calls(checks)
    check = checks[failed_calls] if failed_calls < len(checks) else None
    # 0 if the fact is unchecked or disputed, or if several calls were not answered.
    confidence = 0.0
    if check and state not in STATES_WITHOUT_CONFIDENCE and failed_calls < rules.FAILED_CALLS_LIMIT:
        weight, length = intervals()[fact].weights[Method(check.method)], intervals()[fact].length
        confidence = rules.confidence(weight, at - check.at, length)
    return FactState(fact, state, confidence, check, newest)


def _existing_facts(
    service: Service, ids_by_evidence: Mapping[Evidence, frozenset[UUID]]
) -> Iterator[Fact]:
    """Yield the facts to check at a service, never a hidden address. `has`: ids by evidence."""
    for code, fact in facts.FACTS.items():
        is_there = not fact.evidence or fact.mode in service.modes
        is_hidden = code == Fact.ADDRESS and service.address_audience == AddressReaders.NEVER_STORED
        if not is_hidden and (
            is_there or any(service.pk in ids_by_evidence[evidence] for evidence in fact.evidence)
        ):
            yield code
