"""Papers of an edition: print cards, slips, posters and forms; type in filled paper forms. Forms
and results of an edition: choose forms, show, download and freeze results."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.assessments import errors, forms, outcomes, rules
from protect.assessments.access import get_measuring
from protect.assessments.actions import answers, measurement, slips
from protect.assessments.models import Inquiry, Measuring, Response
from protect.assessments.results import EditionResults, list_result_records
from protect.assessments.statistics.codes import format_code
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.orgs.languages import desk_languages
from protect.orgs.scope import Scope
from protect.questionnaires.access import build_form, get_form
from protect.trainings.base import access as base_access, enums
from protect.trainings.base.enums import Phase
from protect.trainings.base.links import public_address
from protect.trainings.base.pages.frame import redirect_with_message, render_form_page, sent_data
from protect.trainings.curricula import course_forms
from protect.trainings.curricula.access import must_plan_or_train
from protect.trainings.curricula.enums import SetOrder
from protect.trainings.documents.paper import content, sheets
from protect.trainings.registrations import access as registrations_access, models
from protect.trainings.scheduling import access
from protect.trainings.scheduling.models import Edition, Session
from protect.ui import spreadsheet
from protect.ui.pages import inline_pdf

DEFAULT_PAPER_COUNT = 20  # for an edition without a seat limit
LAST_TYPED_KEY = "trainings_typed"  # in the login session: edition, response, time
REMOVABLE_FOR = timedelta(minutes=10)  # after a response was typed in


@require_http_methods(["GET", "POST"])
def print_cards_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Print cards with new codes. The codes exist only on the paper: no list of them is stored."""
    scope = scope_of(request)

    def make_pdf(edition: Edition, number: int, tag: str) -> bytes:
        codes = slips.create_card_codes(scope, edition, number, at=clock.now())
        cards = content.PairCards(paper_title(edition), tuple(map(format_code, codes)))
        return sheets.pair_cards_pdf(cards, tag)

    return _print_papers(request, pk, "assessments/cards.html", make_pdf)


@require_http_methods(["GET", "POST"])
def print_slips_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)

    def make_pdf(edition: Edition, number: int, tag: str) -> bytes:
        tokens = slips.create_slips(scope, edition, number, at=clock.now())
        addresses = (public_address("open_assessments:slip", token, tag=tag) for token in tokens)
        return sheets.slips_pdf(content.Slips(paper_title(edition), tuple(addresses)), tag)

    return _print_papers(request, pk, "assessments/slips.html", make_pdf)


@require_safe
def test_poster_pdf(request: HttpRequest, pk: UUID, phase: str) -> HttpResponse:
    edition = access.get_edition(scope_of(request), pk)
    inquiry = get_inquiry_in_phase(edition, phase, rules.TEST_PHASES)
    tag = paper_language(request)
    address = public_address("open_assessments:inquiry", inquiry.code, tag=tag)
    is_after = phase == Phase.POST
    sessions = edition.sessions.not_cancelled().order_by("starts_at", "number")
    session = sessions.last() if is_after else sessions.first()
    session_times = (session.starts_at, session.ends_at, session.zone) if session else None
    sheet = content.CodeSheet(paper_title(edition), address, is_after, session_times)
    return inline_pdf(sheets.code_sheet_pdf(sheet, tag))


@require_safe
def printable_form_page(request: HttpRequest, pk: UUID, phase: str) -> HttpResponse:
    edition = access.get_edition(scope_of(request), pk)
    inquiry = get_inquiry_in_phase(edition, phase, rules.PAPER_PHASES)
    tag = paper_language(request)
    with translation.override(tag):
        context = {
            "edition": edition,
            "questionnaire": build_form(inquiry.form, tag),
            "moment": Phase(phase).label if Phase(phase) in rules.TEST_PHASES else "",
            "languages": _language_tabs(request, tag),
        }
        return render_form_page(request, "assessments/paper.html", None, context)


@require_safe
def practice_sheet(request: HttpRequest) -> HttpResponse:
    """Show the questions about practice, to print for a supervisor and a former participant."""
    must_plan_or_train(scope_of(request))
    tag = paper_language(request)
    with translation.override(tag):
        form = get_form("practice", language=tag)
        context = {"questionnaire": form, "moment": "", "languages": _language_tabs(request, tag)}
        return render_form_page(request, "assessments/practice.html", None, context)


def get_inquiry_in_phase(edition: Edition, phase: str, allowed_phases: frozenset[Phase]) -> Inquiry:
    rows = Inquiry.objects.select_related("form", "measuring__edition__course_version")
    phases = [allowed for allowed in allowed_phases if allowed == phase]
    return base_access.first_or_404(rows.filter(measuring=edition.pk, phase__in=phases))


def paper_language(request: HttpRequest) -> str:
    language = request.GET.get("language", "")
    return language if language in desk_languages() else get_language() or "en"


def _language_tabs(request: HttpRequest, tag: str) -> list[tuple[str, str, bool]]:
    """Return each desk language: its name, the query that selects it, whether it is selected."""
    names = ((key, language.endonym) for key, language in desk_languages().items())
    return [(name, _query_with(request, language=key), key == tag) for key, name in names]


def paper_title(edition: Edition) -> str:
    """Return the neutral title of an edition's papers: its short title and code."""
    course = edition.course_version
    return f"{course.short_title} · {edition.code}" if course.short_title else edition.code


def _print_papers(
    request: HttpRequest, pk: UUID, template: str, make_pdf: Callable[[Edition, int, str], bytes]
) -> HttpResponse:
    """Ask for the number of copies and the language, and return the PDF of `make_pdf`."""
    edition = access.get_planned_edition(scope_of(request), pk)
    get_measuring(edition)
    initial = {"number": edition.seat_limit or DEFAULT_PAPER_COUNT, "language": get_language()}
    form = forms.PrintCopiesForm(sent_data(request), initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            data = form.cleaned_data
            return inline_pdf(make_pdf(edition, data["number"], data["language"]))
    return render_form_page(request, template, form, {"edition": edition})


@require_http_methods(["GET", "POST"])
def type_in_paper_form(request: HttpRequest, pk: UUID, phase: str) -> HttpResponse:
    scope, at = scope_of(request), clock.now()
    edition = access.get_planned_edition(scope, pk)
    inquiry = get_inquiry_in_phase(edition, phase, rules.PAPER_PHASES)
    sets, tag = inquiries_by_form_code(inquiry), paper_language(request)
    chosen = sets.get(request.GET.get("set", ""), inquiry)
    form = forms.PaperEntryForm(
        sent_data(request),
        edition=edition,
        questionnaire=build_form(chosen.form, tag),
        has_card=Phase(phase) in rules.TEST_PHASES,
        initial={"sent_key": uuid4(), "session": _default_session(request, edition, phase)},
    )
    if form.is_valid():
        with form.showing_refusals():
            data = form.cleaned_data
            code, session = data.get("code", ""), data["session"]
            filled = answers.FilledForm(form.questionnaire, form.answers(), code, data["sent_key"])
            half_day = rules.to_half_day(session.starts_at, ZoneInfo(session.zone))
            time = answers.ResponseTime(*half_day)
            response = answers.store_paper_response(scope, inquiry, filled, time, at=at)
            _remember_last_typed(request, edition, response, at)
            query = {"set": chosen.form.code, "language": tag, "session": session.pk}
            return redirect(f"{request.path}?{urlencode(query)}")
    several = sets.items() if len(sets) > 1 else ()
    context = {
        "edition": edition,
        "phase": Phase(phase),
        "count": Response.objects.filter(edition=edition, phase=phase).count(),
        "can_take_back": _last_typed_response_id(request, edition, at) is not None,
        "languages": _language_tabs(request, tag),
        "sets": [(code, _query_with(request, set=code), row == chosen) for code, row in several],
    }
    return render_form_page(request, "assessments/paper_entry.html", form, context)


@require_POST
def remove_last_typed_response(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope, at = scope_of(request), clock.now()
    edition = access.get_planned_edition(scope, pk)
    response_id = _last_typed_response_id(request, edition, at)
    if response_id is None:
        raise errors.AssessmentRefusal("assessments_typed_too_long_ago")
    answers.delete_typed_response(scope, edition, response_id, at=at)
    request.session.pop(LAST_TYPED_KEY)
    return redirect_with_message(request, _("The sheet was removed."), "assessments:learning", pk)


def inquiries_by_form_code(inquiry: Inquiry) -> dict[str, Inquiry]:
    """Return `inquiry` by its form's code; both tests, if participants get either test set."""
    measuring = inquiry.measuring
    if measuring.order != SetOrder.HALVES or inquiry.phase not in rules.TEST_PHASES:
        return {inquiry.form.code: inquiry}
    rows = measuring.inquiries.select_related("form").filter(phase__in=rules.TEST_PHASES)
    return {row.form.code: row for row in rows.order_by("pk")}


def _default_session(request: HttpRequest, edition: Edition, phase: str) -> Session | None:
    """Return the session in the URL, else the first one for a pre-test, or the last one."""
    rows = edition.sessions.not_cancelled()
    try:
        session = rows.filter(pk=UUID(request.GET.get("session", ""))).first()
    except ValueError:
        session = None
    return session or rows.order_by("starts_at" if phase == Phase.PRE else "-starts_at").first()


def _remember_last_typed(
    request: HttpRequest, edition: Edition, response: Response | None, at: datetime
) -> None:
    """Show whether a typed form was new, and remember it so that it can be removed."""
    if response is None:
        messages.info(request, _("This sheet was already saved. Nothing was added."))
        return
    request.session[LAST_TYPED_KEY] = [str(edition.pk), str(response.pk), at.isoformat()]
    messages.success(request, _("Saved. You can enter the next sheet."))


def _last_typed_response_id(request: HttpRequest, edition: Edition, at: datetime) -> UUID | None:
    last_typed: list[str] = request.session.get(LAST_TYPED_KEY, [])
    if len(last_typed) != 3 or last_typed[0] != str(edition.pk):
        return None
    is_over = at - datetime.fromisoformat(last_typed[2]) > REMOVABLE_FOR
    return None if is_over else UUID(last_typed[1])


def _query_with(request: HttpRequest, **params: Any) -> str:
    return f"?{urlencode({**request.GET.dict(), **params})}"


RESULTS_URL = "assessments:learning"


@require_safe
def edition_results(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_edition(scope, pk)
    results, at = EditionResults(edition, get_language() or "en"), clock.now()
    context = {
        "edition": edition,
        "results": results,
        "lines": results.form_rows(at),
        "has_ended": measurement.has_ended(edition, at),
        "may_plan": edition.host_id in base_access.hosts_where(scope, Permission.PLAN_TRAININGS),
        "named": _named_results(scope, edition),
        "order": SetOrder(results.measuring.order).label if results.measuring else "",
    }
    return render_form_page(request, "assessments/results.html", None, context)


@require_safe
def edition_results_csv(request: HttpRequest, pk: UUID) -> HttpResponse:
    edition = access.get_edition(scope_of(request), pk)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{edition.code}-results.csv"'
    table_writer = spreadsheet.TableWriter(response)
    table_writer.writerow(["part", "question", "figure", "value"])
    table_writer.writerows(list_result_records(EditionResults(edition, get_language() or "en")))
    return response


@require_http_methods(["GET", "POST"])
def choose_edition_forms(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_planned_edition(scope, pk)
    form = forms.FormChoiceForm(sent_data(request), initial=_initial_choice(edition))
    if form.is_valid():
        with form.showing_refusals():
            measurement.choose_forms(scope, edition, form.to_course_forms(), at=clock.now())
            return redirect_with_message(request, _("Saved."), RESULTS_URL, pk)
    return render_form_page(request, "assessments/forms.html", form, {"edition": edition})


@require_http_methods(["GET", "POST"])
def freeze_edition_results(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for confirmation, then freeze the results of an edition: close all forms but the
    follow-up and delete the link between cards and answers. This cannot be undone."""
    scope = scope_of(request)
    edition = access.get_planned_edition(scope, pk)
    get_measuring(edition)
    if request.method == "POST":
        measurement.freeze_results(scope, edition, at=clock.now())
        return redirect_with_message(
            request,
            _("The results are frozen. Card codes no longer lead to answers."),
            RESULTS_URL,
            pk,
        )
    effects = [
        _("Tests and evaluations can no longer be answered or entered from paper."),
        _("Card codes are replaced by random numbers, so a card found later reveals nothing."),
        _("The results stay the same. The follow-up questions stay open."),
    ]
    words = {"question": _("Freeze the results?"), "verb": _("Freeze the results")}
    return _ask_to_confirm(request, edition, {**words, "effects": effects, "is_danger": True})


@require_http_methods(["GET", "POST"])
def allow_another_attempt_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    registration = registrations_access.get_registration(scope, pk)
    if request.method == "POST":
        answers.allow_another_attempt(scope, registration, at=clock.now())
        message = _(
            "The participant can take the test again, until 30 days after the last session."
        )
        return redirect_with_message(request, message, RESULTS_URL, registration.edition_id)
    text = _(
        "Their answers are deleted. They count as not passed until they pass the test, "
        "which is open until 30 days after the last session."
    )
    words = {"question": _("Allow this person to take the test again?"), "effects": [text]}
    return _ask_to_confirm(
        request, registration.edition, words | {"verb": _("Allow another attempt")}
    )


def _ask_to_confirm(request: HttpRequest, edition: Edition, words: dict[str, Any]) -> HttpResponse:
    back = reverse(RESULTS_URL, args=[edition.pk])
    context = {"edition": edition, "undo": _("This cannot be undone."), "back": back, **words}
    return render_form_page(request, "trainings/edition_move.html", None, context)


def _initial_choice(edition: Edition) -> dict[str, object]:
    """Return the form's initial values: the saved choice, or else the course's suggestion."""
    measuring = Measuring.objects.filter(pk=edition.pk).first()
    if measuring is None:
        chosen = course_forms.suggested_questionnaires(edition.course_version)
        forms = {phase.value: str(form.pk) for phase, form in chosen.forms.items()}
        return {"order": chosen.order, "assessment": chosen.assessment, **forms}
    rows = measuring.inquiries.order_by("pk").values_list("phase", "form")
    forms = {phase: str(form) for phase, form in rows}
    return {"order": measuring.order, "assessment": measuring.assessment, **forms}


def _named_results(scope: Scope, edition: Edition) -> list[tuple[models.Registration, int, bool]]:
    """Return participants with a named assessment, their percent, and whether they passed."""
    if outcomes.get_assessment_rule(edition) is not enums.Assessment.NAMED:
        return []
    sent = Response.objects.filter(registration=OuterRef("pk"))
    rows = registrations_access.visible_registrations(scope).filter(Exists(sent), edition=edition)
    named = list(rows.select_related("participant").order_by("participant__name", "pk"))
    results = outcomes.get_assessment_results(edition, [row.pk for row in named])
    return [(row, results[row.pk].percent or 0, results[row.pk].has_passed) for row in named]
