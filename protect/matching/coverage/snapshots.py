"""Keeping how far help reaches on a day, so that months can be compared."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from protect.audit.context import AuditContext
from protect.directory import access
from protect.matching.coverage import store
from protect.matching.coverage.atlas import atlas
from protect.matching.models import CoverageSnapshot
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.reference.models import Country


def keep_coverage(scope: Scope | None, country: str, *, at: datetime) -> int:
    """Keep the numbers of every slice of a country; return how many. No scope: the month's timer.

    Once more on the same day replaces what was kept. The day is UTC's. What is not worked out yet
    is, before anything is locked. Errors: PermissionDenied; Country.DoesNotExist.
    """
    audit = AuditContext(at=at, actor=None, organisation=None)
    if scope is not None:
        audit = access.permitted_context(scope, Permission.RELEASE_DIRECTORY, country, at=at)
    rows = store.rows_of(atlas.report(country).lines, country, at.date())
    with transaction.atomic():
        locked = Country.objects.select_for_update(of=("self",)).get(pk=country)
        CoverageSnapshot.objects.filter(country=locked, day=at.date()).delete()
        CoverageSnapshot.objects.bulk_create(rows, batch_size=500)
        audit.record("matching.keep_coverage", rows[0])  # stands for all of them
    return len(rows)
