"""Who may open what of verification: the organisations that keep a country."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from protect.directory.access import countries_where
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.verification.models import CallTest, Correction, DuplicatePair, QueueItem
from protect.verification.queries import CorrectionQuerySet, QueueQuerySet


def corrections_of(scope: Scope) -> CorrectionQuerySet:
    """Return the reports that somebody may judge."""
    return Correction.objects.filter(
        country__in=countries_where(scope, Permission.MODERATE_DIRECTORY)
    )


def get_correction(scope: Scope, pk: UUID) -> Correction:
    """Return a report that this person may judge, its service loaded. Errors: Http404."""
    rows = corrections_of(scope).select_related("service__organisation", "by", "judged_by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def pairs_of(scope: Scope) -> QuerySet[DuplicatePair]:
    """Return the pairs of entries about which somebody may decide."""
    kept = countries_where(scope, Permission.EDIT_DIRECTORY)
    return DuplicatePair.objects.filter(country__in=kept)


def get_pair(scope: Scope, pk: UUID) -> DuplicatePair:
    """Return a pair about which this person may decide, both loaded. Errors: Http404."""
    rows = pairs_of(scope).select_related(
        "first__organisation", "second__organisation", "decided_by"
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def queue_of(scope: Scope) -> QueueQuerySet:
    """Return what is to be checked in the countries for which somebody checks."""
    checked = countries_where(scope, Permission.VERIFY_DIRECTORY)
    return QueueItem.objects.filter(country__in=checked)


def get_item(scope: Scope, pk: UUID) -> QueueItem:
    """Return an item of the queue, its service loaded. Errors: Http404."""
    rows = queue_of(scope).select_related("service", "service__organisation", "claimed_by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def calls_of(scope: Scope) -> QuerySet[CallTest]:
    """Return the call tests of the countries for which somebody checks."""
    checked = countries_where(scope, Permission.VERIFY_DIRECTORY)
    return CallTest.objects.filter(service__country__in=checked)


def get_call(scope: Scope, pk: UUID) -> CallTest:
    """Return a call test, its service and both callers loaded. Errors: Http404."""
    rows = calls_of(scope).select_related("service", "service__organisation", "by", "second")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
