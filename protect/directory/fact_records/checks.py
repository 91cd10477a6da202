"""What a check of a fact leaves: one row, and no other fact ages by it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from protect.directory import changes, rules
from protect.directory.enums import Fact, Method, Verdict
from protect.directory.facts.base.intervals import intervals
from protect.directory.models import FactCheck, Phone, Service
from protect.directory.rules import PhoneCheck
from protect.orgs.models import User


@dataclass(frozen=True, slots=True)
class Finding:
    verdict: Verdict
    method: Method
    by: User | None = None
    second_checker: User | None = None
    source: str = ""  # for the desk


@transaction.atomic
def check_fact(service: Service, fact: Fact, finding: Finding, *, at: datetime) -> FactCheck:
    """Record that a fact was checked. No other fact of the service ages by it.
    Source: docs/adr/0005-facts-and-freshness.md."""
    changes.touch()
    interval = intervals()[fact]
    check = FactCheck.objects.create(
        service=service,
        fact=fact,
        verdict=finding.verdict,
        method=finding.method,
        source=finding.source,
        by=finding.by,
        second_checker=finding.second_checker,
        at=at,
        next_check=rules.next_check(at, interval.length, interval.weights[finding.method]),
    )
    changes.note_check(service, check)
    return check


def untested(services: Collection[Service]) -> frozenset[UUID]:
    """Return which of many services have a number that no two people have called. Two queries."""
    keys = [each.pk for each in services]
    checks: dict[UUID, list[PhoneCheck]] = {}
    rows = FactCheck.objects.filter(service__in=keys, fact=Fact.PHONE).order_by("-at", "pk")
    for each in rows.iterator():
        has_two = None not in (each.by_id, each.second_checker_id)
        seen = PhoneCheck(each.verdict, each.method, has_two)
        checks.setdefault(each.service_id, []).append(seen)
    numbered = Phone.objects.filter(service__in=keys).values_list("service", flat=True)
    return frozenset(key for key in numbered if not rules.is_call_tested(checks.get(key, [])))


def is_tested(service: Service) -> bool:
    """Return the same of one service: whether no number of it lacks its call by two people."""
    return not untested([service])


def numbers_of(service: Service) -> list[str]:
    """Return the numbers of a service as they are dialled, in order."""
    return list(service.phones.order_by("position", "pk").values_list("number", flat=True))
