"""One service: its facts as data, a card to keep, and anonymous reports about it."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from protect.directory.access import get_public_service
from protect.findhelp import access, addresses, forms
from protect.findhelp.answers.sheets import midnight_after, sheet_of
from protect.findhelp.enums import Outcome, Title
from protect.findhelp.paper import content, leaflets
from protect.findhelp.views.frame import VALID_UNTIL, in_language, show
from protect.kernel import clock, limits
from protect.matching.services.cache import next_change
from protect.matching.services.rows import ServiceRow
from protect.reference.vocabulary import Language
from protect.verification.errors import ReportIncomplete, ReportNotSafe
from protect.verification.reports.reports import report_as_public

STAMP = "findhelp.report"
STAMPED_FOR = 24 * 3600  # seconds that a page may stand open before it is sent
# Reports in a minute from one address. A shelter may share one address, and its people may each
# have something to say, but hardly all about one service.
MOST_ABOUT_ONE, MOST = 5, 30
LONGEST_KEPT = 1100  # characters of a refused text that are shown again
REPORTS_ABOUT_ONE, REPORTS = limits.Limits(MOST_ABOUT_ONE), limits.Limits(MOST)


@in_language()
def service(
    request: HttpRequest,
    language: Language,
    place: str,
    need: str,
    code: str,
    quiet: str | None = None,
) -> HttpResponse:
    search = access.get_search(place, need)
    return service_page(request, language, access.get_service(code), search, is_quiet=bool(quiet))


def service_page(
    request: HttpRequest,
    language: Language,
    row: ServiceRow,
    search: access.Search | None = None,
    *,
    is_quiet: bool = False,
) -> HttpResponse:
    sheet = sheet_of(row, language.tag, clock.now(), is_quiet=is_quiet)
    context: dict[str, object] = {"row": row, "sheet": sheet, "country": row.country}
    context |= {"search": search, "is_quiet": is_quiet}
    return show(request, language, "service.html", context, valid_until=sheet.valid_until)


@in_language()
def card(request: HttpRequest, language: Language, code: str) -> HttpResponse:
    row, at = access.get_service(code), clock.now()
    address = settings.PUBLIC_URL + reverse("findhelp:page", args=[language.tag, code, ""])
    body = content.card_pdf(leaflets.card_of(row, language.tag, address, at))
    ends = [midnight_after(at, row.zone), *filter(None, [next_change(row, at)])]
    return pdf(body, min(ends))


def pdf(body: bytes, valid_until: datetime) -> HttpResponse:
    """Send a document under the name that its address has: nothing to be read from it."""
    response = HttpResponse(body, content_type="application/pdf")
    response.headers[VALID_UNTIL] = str(int(valid_until.timestamp()))
    return response


@in_language("POST")
def wrong(request: HttpRequest, language: Language, code: str) -> HttpResponse:
    row = access.get_service(code)
    if request.method != "POST":
        return _form(request, language, row, forms.ReportForm())
    _must_pass(request, row)
    outcome = _send(request, language, row, forms.ReportForm(request.POST))
    fields = {} if outcome is Outcome.KEPT else _typed(request)
    told_at = addresses.RefinedSearch(service=code, outcome=outcome.value, fields=fields)
    return HttpResponseRedirect(addresses.sealed_address(language, told_at), status=303)


def report_outcome(
    request: HttpRequest, language: Language, refined: addresses.RefinedSearch
) -> HttpResponse:
    row = access.get_service(refined.service)
    if refined.outcome == Outcome.KEPT:
        context = {"row": row, "country": row.country}
        return show(request, language, "wrong_thanks.html", context, keep=False)
    typed = refined.fields or {}
    initial = {"wrong": typed.get("wrong", "").split(), "text": typed.get("text", "")}
    return _form(request, language, row, forms.ReportForm(initial=initial), refined.outcome)


def _form(
    request: HttpRequest,
    language: Language,
    row: ServiceRow,
    form: forms.ReportForm,
    outcome: str = "",
) -> HttpResponse:
    context: dict[str, object] = {"row": row, "country": row.country, "form": form}
    context |= {"outcome": outcome, "stamp": stamp_of(row.short)}
    return show(request, language, "wrong.html", context, title=Title.FORM, keep=False)


def _must_pass(request: HttpRequest, row: ServiceRow) -> None:
    """Count a report of this address, and of this address about this service. Errors: TooMany."""
    address = limits.address_of(request.META)
    REPORTS.must_pass(address)
    REPORTS_ABOUT_ONE.must_pass(address, row.short)


def _send(
    request: HttpRequest, language: Language, row: ServiceRow, form: forms.ReportForm
) -> Outcome:
    if not (_is_from_here(request) and _is_stamped(request.POST.get("stamp", ""), row.short)):
        return Outcome.INCOMPLETE
    try:
        report_as_public(get_public_service(row.id), form.report(language.tag), at=clock.now())
    except ReportNotSafe:
        return Outcome.UNSAFE
    except ReportIncomplete:
        return Outcome.INCOMPLETE
    return Outcome.KEPT


def _typed(request: HttpRequest) -> dict[str, str]:
    chosen = " ".join(each[:20] for each in request.POST.getlist("wrong")[:10])
    return {"wrong": chosen, "text": request.POST.get("text", "")[:LONGEST_KEPT]}


def _is_from_here(request: HttpRequest) -> bool:
    """Return whether a page of ours was sent. Under our policy browsers say "null"."""
    origin = request.headers.get("Origin", "null")
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    is_ours = origin == "null" or urlsplit(origin).netloc == request.get_host()
    return site == "same-origin" and is_ours


def stamp_of(code: str) -> str:
    """Return what shows that a form was asked for: for this service, at this time."""
    return signing.Signer(salt=STAMP).sign(f"{code}{int(clock.now().timestamp()):x}")


def _is_stamped(stamp: str, code: str) -> bool:
    try:
        value = signing.Signer(salt=STAMP).unsign(stamp)
        age = clock.now().timestamp() - int(value.removeprefix(code), 16)
    except (signing.BadSignature, ValueError):
        return False
    return value.startswith(code) and -1 < age < STAMPED_FOR
