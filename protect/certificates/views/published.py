"""Documents that verifiers fetch: issuer keys, status lists, certificates as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from protect.certificates import access, papers
from protect.certificates.badges.issuers import Issuer, profile
from protect.certificates.models import StatusList
from protect.orgs.models import Organisation
from protect.ui.assets import KEPT_BRIEFLY
from protect.vault.formats.badges import did_web
from protect.vault.server_keys.badge_keys import keys_of
from protect.vault.sessions import gates

DID_MEDIA_TYPE = "application/did+ld+json"


@gates.open_to_all
@require_safe
def issuer_keys(request: HttpRequest, pk: UUID) -> HttpResponse:
    organisation = Organisation.objects.filter(pk=pk).first()
    keys, address = keys_of(pk), _address(request, pk)
    controller = did_web(address)
    if organisation is None or not any(key.controller == controller for key in keys):
        raise Http404
    issuer = Issuer(organisation.name, address, controller)
    return _published(profile(issuer, keys), DID_MEDIA_TYPE)


@gates.open_to_all
@require_safe
def status_list(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    row = StatusList.objects.filter(issuer=pk, number=number).first()
    if row is None:
        raise Http404
    return _published(row.document, papers.MEDIA_TYPE)


@gates.open_to_all
@require_safe
def certificate_badge(request: HttpRequest, credential: UUID) -> HttpResponse:
    """Show a certificate as it was signed. It has no name."""
    certificate = access.get_credential(credential)
    if not certificate.document:
        raise Http404
    response = _published(certificate.document, papers.MEDIA_TYPE)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _address(request: HttpRequest, pk: UUID) -> str:
    """Return the issuer's address at the requested host: old hosts stay in service."""
    scheme = settings.PUBLIC_URL.partition("://")[0]
    return f"{scheme}://{request.get_host()}/issuers/{pk}"


def _published(document: Mapping[str, Any], media_type: str) -> HttpResponse:
    response = HttpResponse(papers.spelled(document), content_type=media_type)
    response.headers["Cache-Control"] = KEPT_BRIEFLY
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
