"""Access to verification, for the organisations that maintain the directory of a country."""

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
    """Return the reports that the user may judge."""
    return Correction.objects.filter(
        country__in=countries_where(scope, Permission.MODERATE_DIRECTORY)
    )


def get_correction(scope: Scope, pk: UUID) -> Correction:
    """Return a report that the user may judge, its service loaded. Errors: Http404."""
    rows = corrections_of(scope).select_related("service__organisation", "by", "judged_by")
    correction = rows.filter(pk=pk).first()
    if correction is None:
        raise Http404
    return correction


def pairs_of(scope: Scope) -> QuerySet[DuplicatePair]:
    """Return the possible duplicates that the user may decide."""
    kept = countries_where(scope, Permission.EDIT_DIRECTORY)
    return DuplicatePair.objects.filter(country__in=kept)


def get_pair(scope: Scope, pk: UUID) -> DuplicatePair:
    """Return a pair that the user may decide, both services loaded. Errors: Http404."""
    rows = pairs_of(scope).select_related(
        "first__organisation", "second__organisation", "decided_by"
    )
    pair = rows.filter(pk=pk).first()
    if pair is None:
        raise Http404
    return pair


def queue_of(scope: Scope) -> QueueQuerySet:
    """Return the queue items of the countries in which the user may check."""
    checked = countries_where(scope, Permission.VERIFY_DIRECTORY)
    return QueueItem.objects.filter(country__in=checked)


def get_item(scope: Scope, pk: UUID) -> QueueItem:
    """Return an item of the queue, its service loaded. Errors: Http404."""
    rows = queue_of(scope).select_related("service", "service__organisation", "claimed_by")
    item = rows.filter(pk=pk).first()
    if item is None:
        raise Http404
    return item


def calls_of(scope: Scope) -> QuerySet[CallTest]:
    """Return the call tests of the countries in which the user may check."""
    checked = countries_where(scope, Permission.VERIFY_DIRECTORY)
    return CallTest.objects.filter(service__country__in=checked)


def get_call(scope: Scope, pk: UUID) -> CallTest:
    """Return a call test, its service and both callers loaded. Errors: Http404."""
    rows = calls_of(scope).select_related("service", "service__organisation", "by", "second")
    call = rows.filter(pk=pk).first()
    if call is None:
        raise Http404
    return call
