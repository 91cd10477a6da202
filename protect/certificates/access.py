"""Access to certificates: planners at the desk, holders by their link, visitors by number."""

from uuid import UUID

from django.db.models import QuerySet

from protect.certificates.models import Certificate
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.trainings.base.access import hosts_where, the_one
from protect.trainings.registrations.access import get_own


def get_certificate(scope: Scope, pk: UUID) -> Certificate:
    """Return a certificate that this user may manage, all loaded. Errors: Http404."""
    hosts = hosts_where(scope, Permission.PLAN_TRAININGS)
    return _certificate(Certificate.objects.filter(pk=pk, edition__host__in=hosts))


def get_credential(credential: UUID) -> Certificate:
    """Return the certificate of a QR code; access is public. Errors: Http404."""
    return _certificate(Certificate.objects.filter(credential=credential))


def get_own_certificate(token: str) -> Certificate:
    """Return the newest certificate of a registration, by its own link. Errors: Http404."""
    rows = Certificate.objects.filter(registration=get_own(token))
    return _certificate(rows.order_by("-issued_at", "pk"))


def _certificate(rows: QuerySet[Certificate]) -> Certificate:
    of_edition = ("edition__host", "edition__course_version")
    related = (*of_edition, "issuer", "registration__participant", "replaced_by")
    return the_one(rows.select_related(*related))
