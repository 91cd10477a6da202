"""Exchanging one fact between two entries: its rows, and the checks that belong to them.

Whatever is exchanged twice is as it was, to the ids of the rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from protect.directory.enums import Fact
from protect.directory.facts import FACTS
from protect.directory.models import FactCheck, Service, ServiceAtLocation
from protect.verification.models import CallTest


def swap(first: Service, second: Service, fact: Fact) -> None:
    """Exchange a fact between two entries, with its checks.

    Call it in a transaction in which both are locked.
    """
    for rows in _kinds(fact):
        _exchange(rows, first, second)
    checks = FactCheck.objects.filter(fact=fact)
    both_checks = [checks.filter(service=each).order_by("pk") for each in (first, second)]
    keys = [list(each.values_list("pk", flat=True)) for each in both_checks]
    checks.filter(pk__in=keys[0]).update(service=second)
    checks.filter(pk__in=keys[1]).update(service=first)


def _kinds(fact: Fact) -> Iterator[QuerySet[Any]]:
    """Yield the rows, of all services, that a fact consists of."""
    for table in FACTS[fact].tables:
        yield table.rows()
    if fact == Fact.PHONE:
        yield CallTest.objects.all()
    elif fact == Fact.ADDRESS:
        yield ServiceAtLocation.objects.all()


def _exchange(rows: QuerySet[Any], first: Service, second: Service) -> None:
    """Recreate rows under the other entry: moved one by one, equal rows would collide."""
    rows_by_service = {
        each.pk: list(rows.filter(service=each).order_by("pk")) for each in (first, second)
    }
    rows.filter(service__in=[first, second]).delete()
    for key, others in (
        (first.pk, rows_by_service[second.pk]),
        (second.pk, rows_by_service[first.pk]),
    ):
        for row in others:
            row.service_id = key
        rows.model._default_manager.bulk_create(others)
