"""Forms and results of an edition at the desk: choose, show, freeze, download."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.assessments.access import get_measuring
from protect.assessments.actions import answers, measurement
from protect.assessments.forms import ChooseForm
from protect.assessments.models import Measuring, Response
from protect.assessments.outcomes import assessment_of, passed_in
from protect.assessments.results import Learned, records_of
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

LEARNING = "assessments:learning"


@require_safe
def learning(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_edition(scope, pk)
    results, at = Learned(edition, get_language() or "en"), clock.now()
    context = {
        "edition": edition,
        "results": results,
        "lines": results.lines(at),
        "has_ended": measurement.has_ended(edition, at),
        "may_plan": edition.host_id in base_access.hosts_where(scope, Permission.PLAN_TRAININGS),
        "named": _named(scope, edition),
        "order": SetOrder(results.measuring.order).label if results.measuring else "",
    }
    return show(request, "assessments/results.html", None, context)


@require_safe
def learning_csv(request: HttpRequest, pk: UUID) -> HttpResponse:
    edition = access.get_edition(scope_of(request), pk)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{edition.code}-results.csv"'
    file = spreadsheet.TableWriter(response)
    file.writerow(["part", "question", "figure", "value"])
    file.writerows(records_of(Learned(edition, get_language() or "en")))
    return response


@require_http_methods(["GET", "POST"])
def learning_forms(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_planned(scope, pk)
    form = ChooseForm(sent_data(request), initial=_initial(edition))
    if form.is_valid():
        with form.mending():
            measurement.choose(scope, edition, form.chosen(), at=clock.now())
            return done(request, _("Saved."), LEARNING, pk)
    return show(request, "assessments/forms.html", form, {"edition": edition})


@require_http_methods(["GET", "POST"])
def learning_freeze(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_planned(scope, pk)
    get_measuring(edition)
    if request.method == "POST":
        measurement.freeze(scope, edition, at=clock.now())
        return done(request, _("Frozen. Card codes no longer lead to answers."), LEARNING, pk)
    effects = [
        _("No test and no evaluation can be answered or typed in any more."),
        _("Card codes are replaced by random numbers: a card that is found reveals nothing."),
        _("The results stay as they are. The questions some months later stay open."),
    ]
    words = {"question": _("Freeze the results?"), "verb": _("Freeze the results")}
    return _confirm(request, edition, {**words, "effects": effects, "is_danger": True})


@require_http_methods(["GET", "POST"])
def registration_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    registration = registrations_access.get_registration(scope, pk)
    if request.method == "POST":
        answers.let_try_again(scope, registration, at=clock.now())
        message = _("They can take the test once more.")
        return done(request, message, LEARNING, registration.edition_id)
    effects = [_("Their answers are deleted. They have not passed until they answer again.")]
    words = {"question": _("Let this person take the test once more?"), "effects": effects}
    return _confirm(request, registration.edition, words | {"verb": _("Let them try again")})


def _confirm(request: HttpRequest, edition: Edition, words: dict[str, Any]) -> HttpResponse:
    back = reverse(LEARNING, args=[edition.pk])
    context = {"edition": edition, "undo": _("This cannot be undone."), "back": back, **words}
    return show(request, "trainings/edition_move.html", None, context)


def _initial(edition: Edition) -> dict[str, object]:
    measuring = Measuring.objects.filter(pk=edition.pk).first()
    if measuring is None:
        chosen = course_forms.suggested(edition.course_version)
        forms = {phase.value: str(form.pk) for phase, form in chosen.forms.items()}
        return {"order": chosen.order, "assessment": chosen.assessment, **forms}
    rows = measuring.inquiries.order_by("pk").values_list("phase", "form")
    forms = {phase: str(form) for phase, form in rows}
    return {"order": measuring.order, "assessment": measuring.assessment, **forms}


def _named(scope: Scope, edition: Edition) -> list[tuple[models.Registration, int, bool]]:
    if assessment_of(edition) is not enums.Assessment.NAMED:
        return []
    rows = registrations_access.registrations_of(scope).filter(
        Exists(Response.objects.filter(registration=OuterRef("pk"))), edition=edition
    )
    people = list(rows.select_related("participant").order_by("participant__name", "pk"))
    outcomes = passed_in(edition, [row.pk for row in people])
    return [(row, outcomes[row.pk].percent or 0, outcomes[row.pk].has_passed) for row in people]
