"""Access to certificates: for planners at the desk, holders by their link, visitors by number."""

from uuid import UUID

from django.db.models import QuerySet

from protect.certificates.models import Certificate
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.trainings.base.access import first_or_404, hosts_where
from protect.trainings.registrations.access import get_registration_by_token


def get_certificate(scope: Scope, pk: UUID) -> Certificate:
    """Return a certificate that a user may manage, with its related rows. Errors: Http404."""
    hosts = hosts_where(scope, Permission.PLAN_TRAININGS)
    return _first_or_404_with_relations(Certificate.objects.filter(pk=pk, edition__host__in=hosts))


def get_certificate_by_credential(credential: UUID) -> Certificate:
    """Return a certificate by the id in its QR code; access is public. Errors: Http404."""
    return _first_or_404_with_relations(Certificate.objects.filter(credential=credential))


def get_own_certificate(token: str) -> Certificate:
    """Return the newest certificate, even if revoked, by a holder's token. Errors: Http404."""
    rows = Certificate.objects.filter(registration=get_registration_by_token(token))
    return _first_or_404_with_relations(rows.order_by("-issued_at", "pk"))


def _first_or_404_with_relations(rows: QuerySet[Certificate]) -> Certificate:
    of_edition = ("edition__host", "edition__course_version")
    related = (*of_edition, "issuer", "registration__participant", "replaced_by")
    return first_or_404(rows.select_related(*related))
