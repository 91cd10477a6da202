"""Printed papers: cards, slips, the wall poster, forms to fill in by hand."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from protect.assessments.access import get_measuring
from protect.assessments.actions import slips
from protect.assessments.forms import PrintForm
from protect.assessments.models import Inquiry
from protect.assessments.result_lines import ON_PAPER, TESTS
from protect.assessments.statistics.codes import printed
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.languages import of_desk
from protect.questionnaires.access import form_of, get_form
from protect.trainings.base import access as base_access
from protect.trainings.base.enums import Phase
from protect.trainings.base.links import public_address
from protect.trainings.base.pages.frame import show
from protect.trainings.curricula.access import must_take_part
from protect.trainings.documents.paper import (
    CodeSheet,
    PairCards,
    Slips,
    code_sheet_pdf,
    pair_cards_pdf,
    slips_pdf,
)
from protect.trainings.scheduling import access
from protect.trainings.scheduling.models import Edition, Session

USUAL = 20  # papers, where nobody knows how many will come


@require_http_methods(["GET", "POST"])
def learning_cards(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Card codes stand only on the paper: no list of them is stored."""
    scope = scope_of(request)

    def make_pdf(edition: Edition, number: int, tag: str) -> bytes:
        codes = slips.print_cards(scope, edition, number, at=clock.now())
        return pair_cards_pdf(PairCards(titled(edition), tuple(map(printed, codes))), tag)

    return _printed(request, pk, "assessments/cards.html", make_pdf)


@require_http_methods(["GET", "POST"])
def learning_slips(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)

    def make_pdf(edition: Edition, number: int, tag: str) -> bytes:
        tokens = slips.print_slips(scope, edition, number, at=clock.now())
        addresses = tuple(
            public_address("open_assessments:slip", token, tag=tag) for token in tokens
        )
        return slips_pdf(Slips(titled(edition), addresses), tag)

    return _printed(request, pk, "assessments/slips.html", make_pdf)


@require_safe
def learning_wall(request: HttpRequest, pk: UUID, phase: str) -> HttpResponse:
    edition = access.get_edition(scope_of(request), pk)
    inquiry = inquiry_of(edition, phase, TESTS)
    tag = tag_of(request)
    address = public_address("open_assessments:inquiry", inquiry.code, tag=tag)
    session = half_day_of(edition, Phase(phase))
    half_day = (session.starts_at, session.ends_at, session.zone) if session else None
    is_after = phase == Phase.POST
    sheet = CodeSheet(titled(edition), address, True, is_after, half_day)
    return _pdf(code_sheet_pdf(sheet, tag))


@require_safe
def learning_paper(request: HttpRequest, pk: UUID, phase: str) -> HttpResponse:
    edition = access.get_edition(scope_of(request), pk)
    inquiry = inquiry_of(edition, phase, ON_PAPER)
    tag = tag_of(request)
    with translation.override(tag):
        context = {
            "edition": edition,
            "form_told": form_of(inquiry.form, tag),
            "moment": Phase(phase).label if Phase(phase) in TESTS else "",
            "languages": _languages(tag),
        }
        return show(request, "assessments/paper.html", None, context)


@require_safe
def practice(request: HttpRequest) -> HttpResponse:
    """A sheet for a supervisor and a participant: to print; the platform stores nothing."""
    must_take_part(scope_of(request))
    tag = tag_of(request)
    with translation.override(tag):
        form = get_form("practice", language=tag)
        context = {"form_told": form, "moment": "", "languages": _languages(tag)}
        return show(request, "assessments/practice.html", None, context)


def inquiry_of(edition: Edition, phase: str, among: frozenset[Phase]) -> Inquiry:
    if phase not in {each.value for each in among}:
        raise Http404
    rows = Inquiry.objects.select_related("form", "measuring__edition__course_version")
    inquiry = rows.filter(measuring=edition.pk, phase=phase).first()
    if inquiry is None:
        raise Http404
    return inquiry


def half_day_of(edition: Edition, phase: Phase) -> Session | None:
    rows = edition.sessions.standing().order_by("starts_at", "number")
    return rows.last() if phase is Phase.POST else rows.first()


def tag_of(request: HttpRequest) -> str:
    language = request.GET.get("language", "")
    return language if language in of_desk() else get_language() or "en"


def _languages(tag: str) -> list[tuple[str, str, bool]]:
    return [(each.endonym, f"?language={key}", key == tag) for key, each in of_desk().items()]


def titled(edition: Edition) -> str:
    """Return the title of a paper of an edition: neutral."""
    course = edition.course_version
    return f"{course.short_title} · {edition.code}" if course.short_title else edition.code


def _printed(
    request: HttpRequest, pk: UUID, template: str, make_pdf: Callable[[Edition, int, str], bytes]
) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_edition(scope, pk)
    base_access.must_plan(scope, edition.host_id)
    get_measuring(edition)
    initial = {"number": edition.seat_limit or USUAL, "language": get_language()}
    form = PrintForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        with form.mending():
            data = form.cleaned_data
            return _pdf(make_pdf(edition, data["number"], data["language"]))
    return show(request, template, form, {"edition": edition})


def _pdf(content: bytes) -> HttpResponse:
    headers = {"Content-Disposition": 'inline; filename="info.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
