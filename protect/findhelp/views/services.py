"""One service: its facts, a card to print, and anonymous reports about it."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from protect.directory.access import get_public_service
from protect.findhelp import access, addresses, forms, mirrors
from protect.findhelp.answers import interpreters, names
from protect.findhelp.answers.sheets import midnight_after, sheet_view
from protect.findhelp.enums import PageTitle, ReportOutcome
from protect.findhelp.paper import content, leaflets
from protect.findhelp.posters import downloads
from protect.findhelp.views.details import DetailsForm
from protect.findhelp.views.frame import UNTIL_HEADER, in_language, show
from protect.kernel import clock, limits
from protect.matching.services.cache import next_change
from protect.matching.services.rows import ServiceRow
from protect.reference.vocabulary import Language
from protect.ui.form_stamps import FormStamps
from protect.verification.errors import ReportIncomplete, ReportNotSafe
from protect.verification.reports.reports import report_as_public

STAMPS = FormStamps("findhelp.report")  # of report forms
# Reports per minute from one IP address. All residents of a shelter may share an address and
# send reports, but hardly all about the same service.
MAX_REPORTS_ON_SERVICE, MAX_REPORTS = 5, 30  # per minute and IP address
BOOKLET_TYPES = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}
LONGEST_TEXT_SHOWN = 1100  # characters of a refused text that the form shows again
REPORTS_ABOUT_ONE = limits.RateLimiter(MAX_REPORTS_ON_SERVICE)  # per IP address and service
REPORTS = limits.RateLimiter(MAX_REPORTS)  # per IP address


@in_language()
def service_in_search(
    request: HttpRequest,
    language: Language,
    place: str,
    need: str,
    code: str,
    quiet: str | None = None,
) -> HttpResponse:
    """Show a service, with a link back to the results from which the visitor came."""
    codes = [language.tag, place, need, quiet or ""]
    context = {
        "search": access.get_search(place, need),
        "back_at": reverse("findhelp:results", args=codes),
    }
    row = access.get_service(code)
    return service_page(request, language, row, context, is_quiet=bool(quiet))


def refined_service_page(
    request: HttpRequest,
    language: Language,
    refined: addresses.RefinedSearch,
    token: str,
    code: str,
) -> HttpResponse:
    """Show a service with a link back to the refined answers. `token`: of their URL."""
    codes = [language.tag, refined.place, refined.need]
    row, is_quiet = access.get_service(code), bool((refined.fields or {}).get("quiet"))
    spoken = DetailsForm(refined.fields).spoken_languages(language)
    context = {
        "interpreter": interpreters.request_to(row, spoken, language.tag),
        "search": access.get_search(refined.place, refined.need),
        "back_at": reverse("findhelp:refined", args=[language.tag, token]),
        "quiet_at": reverse("findhelp:service", args=[*codes, "/q", code]),
    }
    return service_page(request, language, row, context, is_quiet=is_quiet, may_cache=False)


def service_page(
    request: HttpRequest,
    language: Language,
    row: ServiceRow,
    search_context: Mapping[str, object] | None = None,
    *,
    is_quiet: bool = False,
    may_cache: bool = True,
) -> HttpResponse:
    """Show a service. `search_context`: of the search from which the visitor came; `may_cache`: as
    in `show`."""
    interpreter_request = interpreters.request_to(row, (language.tag,), language.tag)
    context = {"interpreter": interpreter_request, **(search_context or {})}
    search = context.get("search")
    wanted = frozenset(search.need.categories if isinstance(search, access.Search) else ())
    mirror, at = mirrors.mirror_of(request), clock.now()
    sheet = sheet_view(
        row, language.tag, at, is_quiet=is_quiet, wanted=wanted, at_any_hour=mirror is not None
    )
    context |= {"row": row, "sheet": sheet, "country": row.country, "is_quiet": is_quiet}
    if not row.categories.isdisjoint(names.SEXUAL_VIOLENCE):
        link_country = mirror.own_country(row.country) if mirror else row.country
        context["first_hours"] = addresses.first_hours_in(link_country)
    until = sheet.valid_until
    return show(request, language, "service.html", context, valid_until=until, may_cache=may_cache)


@in_language()
def card_as_pdf(request: HttpRequest, language: Language, code: str) -> HttpResponse:
    row, at = access.get_service(code), clock.now()
    address = settings.PUBLIC_URL + reverse("findhelp:page", args=[language.tag, code, ""])
    body = content.card_pdf(leaflets.build_card(row, language.tag, address, at))
    change_times = [midnight_after(at, row.zone), *filter(None, [next_change(row, at)])]
    return pdf_response(body, min(change_times))


@in_language()
def booklet_or_file(request: HttpRequest, language: Language, code: str, kind: str) -> HttpResponse:
    """Return the booklet of an area, or the same as one file to save and send. Errors: Http404;
    TooManyRequests."""
    spot, address = access.get_place(code), limits.client_address(request.META)
    content = downloads.download(spot, language.tag, kind, address, clock.now())
    response = HttpResponse(content, content_type=BOOKLET_TYPES[kind])
    response.headers["X-Robots-Tag"] = "noindex"
    if kind == "html":  # it is for a phone without internet: saved, not shown
        response.headers["Content-Disposition"] = 'attachment; filename="info-5.html"'
    return response


def pdf_response(body: bytes, valid_until: datetime) -> HttpResponse:
    """Return a PDF, cached until `valid_until`, without a file name: its URL is neutral."""
    response = HttpResponse(body, content_type="application/pdf")
    response.headers[UNTIL_HEADER] = str(int(valid_until.timestamp()))
    return response


@in_language("POST")
def report_problem(request: HttpRequest, language: Language, code: str) -> HttpResponse:
    row = access.get_service(code)
    if request.method != "POST":
        return _show_report_form(request, language, row, forms.ReportForm())
    _check_report_limits(request, row)
    outcome = _send_report(request, language, row, forms.ReportForm(request.POST))
    fields = {} if outcome is ReportOutcome.KEPT else _typed_fields(request)
    refined = addresses.RefinedSearch(service=code, outcome=outcome.value, fields=fields)
    return HttpResponseRedirect(addresses.sealed_address(language, refined), status=303)


def report_outcome_page(
    request: HttpRequest, language: Language, refined: addresses.RefinedSearch
) -> HttpResponse:
    """Show that a report on a service was kept, else its form again with the outcome."""
    row = access.get_service(refined.service)
    if refined.outcome == ReportOutcome.KEPT:
        context = {"row": row, "country": row.country}
        return show(request, language, "wrong_thanks.html", context, may_cache=False)
    typed = refined.fields or {}
    initial = {"wrong": typed.get("wrong", "").split(), "text": typed.get("text", "")}
    form = forms.ReportForm(initial=initial)
    return _show_report_form(request, language, row, form, refined.outcome)


def _show_report_form(
    request: HttpRequest,
    language: Language,
    row: ServiceRow,
    form: forms.ReportForm,
    outcome: str = "",
) -> HttpResponse:
    context: dict[str, object] = {"row": row, "country": row.country, "form": form}
    context |= {"outcome": outcome, "stamp": STAMPS.make(row.short)}
    return show(request, language, "wrong.html", context, title=PageTitle.FORM, may_cache=False)


def _check_report_limits(request: HttpRequest, row: ServiceRow) -> None:
    """Count a report of this IP address, in total and for this service. Errors: TooManyRequests."""
    address = limits.client_address(request.META)
    REPORTS.count_request(address)
    REPORTS_ABOUT_ONE.count_request(address, row.short)


def _send_report(
    request: HttpRequest, language: Language, row: ServiceRow, form: forms.ReportForm
) -> ReportOutcome:
    """Store a report from a valid form; return KEPT, or why not: INCOMPLETE or UNSAFE."""
    stamp = request.POST.get("stamp", "")
    if not (_is_own_form(request) and STAMPS.is_valid(stamp, row.short)):
        return ReportOutcome.INCOMPLETE
    try:
        report_as_public(get_public_service(row.id), form.to_report(language.tag), at=clock.now())
    except ReportNotSafe:
        return ReportOutcome.UNSAFE
    except ReportIncomplete:
        return ReportOutcome.INCOMPLETE
    return ReportOutcome.KEPT


def _typed_fields(request: HttpRequest) -> dict[str, str]:
    """Return what the visitor typed, cut to a safe length, so that it can be shown again."""
    chosen = " ".join(code[:20] for code in request.POST.getlist("wrong")[:10])
    return {"wrong": chosen, "text": request.POST.get("text", "")[:LONGEST_TEXT_SHOWN]}


def _is_own_form(request: HttpRequest) -> bool:
    """Return whether no header names another site. Our Referrer-Policy makes Origin null."""
    origin = request.headers.get("Origin", "null")
    is_ours = origin == "null" or urlsplit(origin).netloc == request.get_host()
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin" and is_ours
