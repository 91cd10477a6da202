"""What is in force in a guest's group, by the guest's own link: a list, and each text as PDF."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from protect.coordination.groups.guest_links import get_guest
from protect.coordination.groups.models import Member
from protect.coordination.procedures.models import Procedure, ProcedureVersion
from protect.coordination.procedures.papers import paper_name, procedure_pdf
from protect.kernel import clock, limits
from protect.kernel.limits import client_address
from protect.trainings.base.pages.open_pages import open_page, show_open
from protect.ui.pages import inline_pdf

PAPER_LIMITS = limits.RateLimiter(20)  # papers made in a minute for one IP address


class GuestProcedure(NamedTuple):
    version: ProcedureVersion
    languages: list[str]  # BCP 47, that of the signatures first
    is_past_review: bool


@open_page
@require_safe
def guest_procedures(request: HttpRequest, token: str) -> HttpResponse:
    guest = get_guest(token)
    context = {"guest": guest, "token": token, "procedures": list(_procedures(guest))}
    return show_open(request, "coordination/public/guest_procedures.html", None, context)


@open_page
@require_safe
def guest_procedure_paper(
    request: HttpRequest, token: str, pk: UUID, language: str
) -> HttpResponse:
    PAPER_LIMITS.count_request(client_address(request.META))
    rows = (row for row in _procedures(get_guest(token)) if row.version.pk == pk)
    row = next(rows, None)
    if row is None or language not in row.languages:
        raise Http404
    translation = row.version.translations.filter(language=language).first()
    return inline_pdf(procedure_pdf(row.version, translation), paper_name(row.version, language))


def _procedures(guest: Member) -> Iterator[GuestProcedure]:
    """Yield what is in force today in a guest's group."""
    today = clock.now().date()
    procedures = Procedure.objects.filter(group=guest.group_id)
    for procedure in procedures.select_related("group").prefetch_related("versions__translations"):
        version = procedure.in_force_on(today)
        if version is not None:
            version.procedure = procedure
            tags = [row.language_id for row in version.translations.all()]
            is_past = procedure.is_past_review(today)
            yield GuestProcedure(version, [procedure.language_id, *tags], is_past)
