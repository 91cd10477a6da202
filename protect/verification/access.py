"""Access to verification, for the organisations that maintain the directory of a country."""

from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import Http404

from protect.directory.access import countries_where
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.verification import models
from protect.verification.models import CallTest, Correction, DuplicatePair, QueueItem


def corrections_of(scope: Scope) -> models.CorrectionQuerySet:
    """Return the reports that the user may judge."""
    moderated = countries_where(scope, Permission.MODERATE_DIRECTORY)
    return Correction.objects.filter(country__in=moderated)


def get_correction(scope: Scope, pk: UUID) -> Correction:
    """Return a report that the user may judge, its service loaded. Errors: Http404."""
    return _get(corrections_of(scope), pk, "service__organisation", "by", "judged_by")


def pairs_of(scope: Scope) -> QuerySet[DuplicatePair]:
    """Return the possible duplicates that the user may decide."""
    kept = countries_where(scope, Permission.EDIT_DIRECTORY)
    return DuplicatePair.objects.filter(country__in=kept)


def get_pair(scope: Scope, pk: UUID) -> DuplicatePair:
    """Return a pair that the user may decide, both services loaded. Errors: Http404."""
    return _get(pairs_of(scope), pk, "first__organisation", "second__organisation", "decided_by")


def queue_of(scope: Scope) -> models.QueueQuerySet:
    """Return the queue items of the countries in which the user may check."""
    checked = countries_where(scope, Permission.VERIFY_DIRECTORY)
    return QueueItem.objects.filter(country__in=checked)


def get_item(scope: Scope, pk: UUID) -> QueueItem:
    """Return an item of the queue, its service loaded. Errors: Http404."""
    return _get(queue_of(scope), pk, "service__organisation", "claimed_by")


def calls_of(scope: Scope) -> QuerySet[CallTest]:
    """Return the call tests of the countries in which the user may check."""
    checked = countries_where(scope, Permission.VERIFY_DIRECTORY)
    return CallTest.objects.filter(service__country__in=checked)


def get_call(scope: Scope, pk: UUID) -> CallTest:
    """Return a call test, its service and both callers loaded. Errors: Http404."""
    return _get(calls_of(scope), pk, "service__organisation", "by", "second")


def _get[M: Model](rows: QuerySet[M], pk: UUID, *related: str) -> M:
    row = rows.select_related(*related).filter(pk=pk).first()
    if row is None:
        raise Http404  # it says nothing of what is missing
    return row
