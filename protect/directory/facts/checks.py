"""What a check of a fact leaves: one row, and no other fact ages by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from protect.directory import rules
from protect.directory.changes import last_modified
from protect.directory.changes.version import touch
from protect.directory.enums import Fact, Method, Verdict
from protect.directory.facts.intervals import intervals
from protect.directory.models import FactCheck, Service
from protect.orgs.models import User


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check of a fact found, by which method and source."""

    verdict: Verdict
    method: Method
    by: User | None = None
    second_checker: User | None = None
    source: str = ""  # for the desk


@transaction.atomic
def check_fact(service: Service, fact: Fact, finding: Finding, *, at: datetime) -> FactCheck:
    """Record that a fact was checked. No other fact of the service ages by it.

    Source: docs/adr/0005-facts-and-freshness.md.
    """
    touch()
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
    last_modified.note_check(service, check)
    return check
