"""Whether two people have called the numbers of a service."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from protect.directory import rules
from protect.directory.enums import Fact
from protect.directory.models import FactCheck, Phone, Service
from protect.directory.rules import PhoneCheck


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
