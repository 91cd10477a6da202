"""One service: its facts as data, and a card to keep."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from protect.findhelp import access
from protect.findhelp.access import Search
from protect.findhelp.paper import card_of, card_pdf
from protect.findhelp.sheets import midnight_after, sheet_of
from protect.findhelp.views.frame import VALID_UNTIL, follows_merges, in_language, open_to_all, show
from protect.kernel import clock
from protect.matching.services.cache import next_change
from protect.matching.services.rows import ServiceRow
from protect.reference.vocabulary import Language


@open_to_all()
@follows_merges
@in_language
def service(
    request: HttpRequest,
    language: Language,
    place: str,
    need: str,
    code: str,
    quiet: str | None = None,
) -> HttpResponse:
    """A service as one of the answers: with the way back to them."""
    search = access.get_search(place, need)
    return service_page(request, language, access.get_service(code), search, is_quiet=bool(quiet))


def service_page(
    request: HttpRequest,
    language: Language,
    row: ServiceRow,
    search: Search | None = None,
    *,
    is_quiet: bool = False,
) -> HttpResponse:
    sheet = sheet_of(row, language.tag, clock.now(), is_quiet=is_quiet)
    context = {
        "row": row,
        "sheet": sheet,
        "country": row.country,
        "search": search,
        "is_quiet": is_quiet,
    }
    return show(request, language, "service.html", context, valid_until=sheet.valid_until)


@open_to_all()
@follows_merges
@in_language
def card(request: HttpRequest, language: Language, code: str) -> HttpResponse:
    row, at = access.get_service(code), clock.now()
    address = settings.PUBLIC_URL + reverse("findhelp:page", args=[language.tag, code, ""])
    body = card_pdf(card_of(row, language.tag, address, at))
    ends = [midnight_after(at, row.zone), *filter(None, [next_change(row, at)])]
    return pdf(body, min(ends))


def pdf(body: bytes, valid_until: datetime) -> HttpResponse:
    """Send a document under the name that its address has: nothing to be read from it."""
    response = HttpResponse(body, content_type="application/pdf")
    response.headers[VALID_UNTIL] = str(int(valid_until.timestamp()))
    return response
