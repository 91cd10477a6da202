"""One service: its facts as data, and a card to keep."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from protect.directory.matching.rows import ServiceRow
from protect.findhelp import access
from protect.findhelp.paper import card_of, card_pdf
from protect.findhelp.sheets import sheet_of
from protect.findhelp.views.frame import in_language, open_to_all, show
from protect.kernel import clock
from protect.reference.vocabulary import Language


def service_page(request: HttpRequest, language: Language, row: ServiceRow) -> HttpResponse:
    at = clock.now()
    sheet = sheet_of(row, language.tag, at)
    context = {"row": row, "sheet": sheet, "country": row.country}
    return show(request, language, "service.html", context, valid_until=sheet.valid_until)


@open_to_all()
@in_language
def card(request: HttpRequest, language: Language, code: str) -> HttpResponse:
    row = access.get_service(code)
    address = settings.PUBLIC_URL + reverse("findhelp:page", args=[language.tag, code, ""])
    return pdf(card_pdf(card_of(row, language.tag, address, clock.now())))


def pdf(body: bytes) -> HttpResponse:
    """Send a document under the name that its address has: nothing to be read from it."""
    return HttpResponse(body, content_type="application/pdf")
