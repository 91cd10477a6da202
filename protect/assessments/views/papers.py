"""Papers of an edition: cards, slips, poster and forms to print; filled forms to type in."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.assessments import errors, forms, rules
from protect.assessments.access import get_measuring
from protect.assessments.actions import answers, slips
from protect.assessments.models import Inquiry, Response
from protect.assessments.statistics.codes import printed
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.languages import of_desk
from protect.questionnaires.access import form_of, get_form
from protect.trainings.base.access import the_one
from protect.trainings.base.enums import Phase
from protect.trainings.base.links import public_address
from protect.trainings.base.pages.frame import done, sent_data, show
from protect.trainings.curricula.access import must_take_part
from protect.trainings.curricula.enums import SetOrder
from protect.trainings.documents.paper import sheets
from protect.trainings.documents.paper.content import CodeSheet, PairCards, Slips
from protect.trainings.scheduling import access
from protect.trainings.scheduling.models import Edition, Session
from protect.ui.pages import inline_pdf

USUAL = 20  # papers, for an edition without a seat limit
LAST = "trainings_typed"  # in the session: edition, answer, when
TAKEN_BACK_FOR = timedelta(minutes=10)


@require_http_methods(["GET", "POST"])
def learning_cards(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Card codes stand only on the paper: no list of them is stored."""
    scope = scope_of(request)

    def make_pdf(edition: Edition, number: int, tag: str) -> bytes:
        codes = slips.print_cards(scope, edition, number, at=clock.now())
        return sheets.pair_cards_pdf(PairCards(titled(edition), tuple(map(printed, codes))), tag)

    return _printed(request, pk, "assessments/cards.html", make_pdf)


@require_http_methods(["GET", "POST"])
def learning_slips(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)

    def make_pdf(edition: Edition, number: int, tag: str) -> bytes:
        tokens = slips.print_slips(scope, edition, number, at=clock.now())
        addresses = (public_address("open_assessments:slip", token, tag=tag) for token in tokens)
        return sheets.slips_pdf(Slips(titled(edition), tuple(addresses)), tag)

    return _printed(request, pk, "assessments/slips.html", make_pdf)


@require_safe
def learning_wall(request: HttpRequest, pk: UUID, phase: str) -> HttpResponse:
    edition = access.get_edition(scope_of(request), pk)
    inquiry = inquiry_of(edition, phase, rules.TESTS)
    tag = tag_of(request)
    address = public_address("open_assessments:inquiry", inquiry.code, tag=tag)
    is_after = phase == Phase.POST
    sessions = edition.sessions.standing().order_by("starts_at", "number")
    session = sessions.last() if is_after else sessions.first()
    half_day = (session.starts_at, session.ends_at, session.zone) if session else None
    sheet = CodeSheet(titled(edition), address, is_after, half_day)
    return inline_pdf(sheets.code_sheet_pdf(sheet, tag))


@require_safe
def learning_paper(request: HttpRequest, pk: UUID, phase: str) -> HttpResponse:
    edition = access.get_edition(scope_of(request), pk)
    inquiry = inquiry_of(edition, phase, rules.ON_PAPER)
    tag = tag_of(request)
    with translation.override(tag):
        context = {
            "edition": edition,
            "questionnaire": form_of(inquiry.form, tag),
            "moment": Phase(phase).label if Phase(phase) in rules.TESTS else "",
            "languages": _languages(request, tag),
        }
        return show(request, "assessments/paper.html", None, context)


@require_safe
def practice(request: HttpRequest) -> HttpResponse:
    """A sheet for a supervisor and a participant: to print; the platform stores nothing."""
    must_take_part(scope_of(request))
    tag = tag_of(request)
    with translation.override(tag):
        form = get_form("practice", language=tag)
        context = {"questionnaire": form, "moment": "", "languages": _languages(request, tag)}
        return show(request, "assessments/practice.html", None, context)


def inquiry_of(edition: Edition, phase: str, among: frozenset[Phase]) -> Inquiry:
    rows = Inquiry.objects.select_related("form", "measuring__edition__course_version")
    chosen = [each for each in among if each == phase]
    return the_one(rows.filter(measuring=edition.pk, phase__in=chosen))


def tag_of(request: HttpRequest) -> str:
    language = request.GET.get("language", "")
    return language if language in of_desk() else get_language() or "en"


def _languages(request: HttpRequest, tag: str) -> list[tuple[str, str, bool]]:
    tongues = of_desk().items()
    return [(each.endonym, _with(request, language=key), key == tag) for key, each in tongues]


def titled(edition: Edition) -> str:
    """Return the title of a paper of an edition: neutral."""
    course = edition.course_version
    return f"{course.short_title} · {edition.code}" if course.short_title else edition.code


def _printed(
    request: HttpRequest, pk: UUID, template: str, make_pdf: Callable[[Edition, int, str], bytes]
) -> HttpResponse:
    edition = access.get_planned(scope_of(request), pk)
    get_measuring(edition)
    initial = {"number": edition.seat_limit or USUAL, "language": get_language()}
    form = forms.PrintForm(sent_data(request), initial=initial)
    if form.is_valid():
        with form.mending():
            data = form.cleaned_data
            return inline_pdf(make_pdf(edition, data["number"], data["language"]))
    return show(request, template, form, {"edition": edition})


@require_http_methods(["GET", "POST"])
def learning_type(request: HttpRequest, pk: UUID, phase: str) -> HttpResponse:
    scope, at = scope_of(request), clock.now()
    edition = access.get_planned(scope, pk)
    inquiry = inquiry_of(edition, phase, rules.ON_PAPER)
    sets, tag = sets_of(inquiry), tag_of(request)
    chosen = sets.get(request.GET.get("set", ""), inquiry)
    form = forms.TypedForm(
        sent_data(request),
        edition=edition,
        asked_form=form_of(chosen.form, tag),
        has_card=Phase(phase) in rules.TESTS,
        initial={"sent_key": uuid4(), "half_day": _usual(request, edition, phase)},
    )
    if form.is_valid():
        with form.mending():
            data = form.cleaned_data
            code, session = data.get("code", ""), data["half_day"]
            sheet = answers.Sheet(form.asked_form, form.answers(), code, data["sent_key"])
            when = answers.Moment(*rules.half_day(session.starts_at, ZoneInfo(session.zone)))
            row = answers.type_in(scope, inquiry, sheet, when, at=at)
            _remember(request, edition, row, at)
            query = {"set": chosen.form.code, "language": tag, "half_day": session.pk}
            return redirect(f"{request.path}?{urlencode(query)}")
    context = {
        "edition": edition,
        "phase": Phase(phase),
        "count": Response.objects.filter(edition=edition, phase=phase).count(),
        "can_take_back": _last(request, edition, at) is not None,
        "languages": _languages(request, tag),
        "sets": [
            (code, _with(request, set=code), inquiry == chosen)
            for code, inquiry in sets.items()
            if len(sets) > 1
        ],
    }
    return show(request, "assessments/paper_entry.html", form, context)


@require_POST
def learning_typed_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope, at = scope_of(request), clock.now()
    edition = access.get_planned(scope, pk)
    response = _last(request, edition, at)
    if response is None:
        raise errors.AssessmentRefusal("assessments_typed_too_long_ago")
    answers.take_back(scope, edition, response, at=at)
    request.session.pop(LAST)
    return done(request, _("Removed."), "assessments:learning", pk)


def sets_of(inquiry: Inquiry) -> dict[str, Inquiry]:
    measuring = inquiry.measuring
    if measuring.order != SetOrder.HALVES or inquiry.phase not in rules.TESTS:
        return {inquiry.form.code: inquiry}
    rows = measuring.inquiries.select_related("form").filter(phase__in=rules.TESTS).order_by("pk")
    return {each.form.code: each for each in rows}


def _usual(request: HttpRequest, edition: Edition, phase: str) -> Session | None:
    rows = edition.sessions.standing()
    try:
        stood = rows.filter(pk=UUID(request.GET.get("half_day", ""))).first()
    except ValueError:
        stood = None
    return stood or rows.order_by("starts_at" if phase == Phase.PRE else "-starts_at").first()


def _remember(request: HttpRequest, edition: Edition, row: Response | None, at: datetime) -> None:
    if row is None:
        messages.info(request, _("This sheet was sent already. Nothing was added."))
        return
    request.session[LAST] = [str(edition.pk), str(row.pk), at.isoformat()]
    messages.success(request, _("Saved. You can type in the next sheet."))


def _last(request: HttpRequest, edition: Edition, at: datetime) -> UUID | None:
    kept: list[str] = request.session.get(LAST, [])
    if len(kept) != 3 or kept[0] != str(edition.pk):
        return None
    is_over = at - datetime.fromisoformat(kept[2]) > TAKEN_BACK_FOR
    return None if is_over else UUID(kept[1])


def _with(request: HttpRequest, **asked: Any) -> str:
    return f"?{urlencode({**request.GET.dict(), **asked})}"
