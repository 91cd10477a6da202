"""Access to reports, duplicates, queue items and call tests, by country and permission."""

from uuid import UUID

from django.db.models import QuerySet

from protect.directory.access import countries_with_permission
from protect.orgs.access import get_row
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.verification import models
from protect.verification.models import CallTest, Correction, DuplicatePair, QueueItem


def moderatable_reports(scope: Scope) -> models.CorrectionQuerySet:
    """Return the reports, also decided ones, of the countries in which the user may moderate."""
    countries = countries_with_permission(scope, Permission.MODERATE_DIRECTORY)
    return Correction.objects.filter(country__in=countries)


def get_report(scope: Scope, pk: UUID) -> Correction:
    """Return a report on which the user may decide, with its service. Errors: Http404."""
    related = ("service__organisation", "by", "judged_by")
    return get_row(moderatable_reports(scope).select_related(*related), pk=pk)


def editable_pairs(scope: Scope) -> QuerySet[DuplicatePair]:
    """Return the pairs, also decided ones, of the countries in which the user may edit."""
    countries = countries_with_permission(scope, Permission.EDIT_DIRECTORY)
    return DuplicatePair.objects.filter(country__in=countries)


def get_pair(scope: Scope, pk: UUID) -> DuplicatePair:
    """Return a pair on which the user may decide, with both services. Errors: Http404."""
    related = ("first__organisation", "second__organisation", "decided_by")
    return get_row(editable_pairs(scope).select_related(*related), pk=pk)


def checkable_items(scope: Scope) -> models.QueueQuerySet:
    """Return the queue items, also closed ones, of the countries where the user may check."""
    countries = countries_with_permission(scope, Permission.VERIFY_DIRECTORY)
    return QueueItem.objects.filter(country__in=countries)


def get_queue_item(scope: Scope, pk: UUID) -> QueueItem:
    """Return a queue item that the user may check, with its service. Errors: Http404."""
    rows = checkable_items(scope).select_related("service__organisation", "claimed_by")
    return get_row(rows, pk=pk)


def checkable_call_tests(scope: Scope) -> QuerySet[CallTest]:
    """Return the call tests, also ended ones, of the countries where the user may check."""
    countries = countries_with_permission(scope, Permission.VERIFY_DIRECTORY)
    return CallTest.objects.filter(service__country__in=countries)


def get_call_test(scope: Scope, pk: UUID) -> CallTest:
    """Return a call test that the user may check, with service and callers. Errors: Http404."""
    related = ("service__organisation", "by", "second")
    return get_row(checkable_call_tests(scope).select_related(*related), pk=pk)
