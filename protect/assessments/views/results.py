"""Forms and results of an edition at the desk: choose forms, show, download and freeze results."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.assessments.access import get_measuring
from protect.assessments.actions import answers, measurement
from protect.assessments.forms import FormChoiceForm
from protect.assessments.models import Measuring, Response
from protect.assessments.outcomes import get_assessment_results, get_assessment_rule
from protect.assessments.results import EditionResults, list_result_records
from protect.kernel import clock, spreadsheet
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.trainings.base import access as base_access, enums
from protect.trainings.base.pages.frame import done, sent_data, show
from protect.trainings.curricula import course_forms
from protect.trainings.curricula.enums import SetOrder
from protect.trainings.registrations import access as registrations_access, models
from protect.trainings.scheduling import access
from protect.trainings.scheduling.models import Edition

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
    return show(request, "assessments/results.html", None, context)


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
    form = FormChoiceForm(sent_data(request), initial=_initial_choice(edition))
    if form.is_valid():
        with form.showing_refusals():
            measurement.choose_forms(scope, edition, form.to_course_forms(), at=clock.now())
            return done(request, _("Saved."), RESULTS_URL, pk)
    return show(request, "assessments/forms.html", form, {"edition": edition})


@require_http_methods(["GET", "POST"])
def freeze_edition_results(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask, then close the forms of an edition and replace its card codes for ever."""
    scope = scope_of(request)
    edition = access.get_planned_edition(scope, pk)
    get_measuring(edition)
    if request.method == "POST":
        measurement.freeze_results(scope, edition, at=clock.now())
        return done(
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
        return done(request, message, RESULTS_URL, registration.edition_id)
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
    return show(request, "trainings/edition_move.html", None, context)


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
    if get_assessment_rule(edition) is not enums.Assessment.NAMED:
        return []
    sent = Response.objects.filter(registration=OuterRef("pk"))
    rows = registrations_access.visible_registrations(scope).filter(Exists(sent), edition=edition)
    named = list(rows.select_related("participant").order_by("participant__name", "pk"))
    results = get_assessment_results(edition, [row.pk for row in named])
    return [(row, results[row.pk].percent or 0, results[row.pk].has_passed) for row in named]
