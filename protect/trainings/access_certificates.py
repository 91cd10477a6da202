"""Who opens a certificate: who plans at the desk, its holder by their link, anybody by its number.

Foreign and missing things give one and the same 404, as in `access`.
"""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from protect.orgs.enums import Permission
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.trainings.access import get_own, hosts_where, the_one
from protect.trainings.models import Certificate
from protect.vault.access import managed_by


def get_certificate(scope: Scope, pk: UUID) -> Certificate:
    """Return a certificate about which this person decides, all loaded. Errors: Http404."""
    hosts = hosts_where(scope, Permission.PLAN_TRAININGS)
    return _certificate(Certificate.objects.filter(pk=pk, edition__host__in=hosts))


def issuers_of(scope: Scope) -> QuerySet[Organisation]:
    """Return the organisations that somebody manages or for which they plan, by name."""
    managed = managed_by(scope).values_list("pk", flat=True)
    planned = hosts_where(scope, Permission.PLAN_TRAININGS)
    return Organisation.objects.filter(pk__in={*managed, *planned}).order_by("name", "pk")


def get_issuer(scope: Scope, pk: UUID) -> Organisation:
    """Return an organisation that somebody manages or for which they plan. Errors: Http404."""
    return the_one(issuers_of(scope).filter(pk=pk))


def must_certify(scope: Scope, organisation: UUID) -> UUID:
    """Return the organisation, which this person manages or for which they plan.

    Errors: PermissionDenied.
    """
    if not issuers_of(scope).filter(pk=organisation).exists():
        raise PermissionDenied
    return organisation


def get_credential(credential: UUID) -> Certificate:
    """Return a certificate by what its code leads to: anybody may ask. Errors: Http404."""
    return _certificate(Certificate.objects.filter(credential=credential))


def get_own_certificate(token: str) -> Certificate:
    """Return the newest certificate of whoever has a registration's own link. Errors: Http404."""
    rows = Certificate.objects.filter(registration=get_own(token))
    return _certificate(rows.order_by("-issued_at", "pk"))


def _certificate(rows: QuerySet[Certificate]) -> Certificate:
    return the_one(
        rows.select_related(
            "edition__host",
            "edition__course_version",
            "issuer",
            "registration__participant",
            "replaced_by",
        )
    )
