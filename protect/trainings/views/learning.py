"""What an edition asks and what it found, at the desk: chosen, shown, frozen, as a file."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock
from protect.kernel.spreadsheet import TableWriter
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.trainings import access
from protect.trainings.access_answers import get_measuring
from protect.trainings.actions import choosing, freezing
from protect.trainings.actions.answering import let_try_again
from protect.trainings.enums import Assessment, SetOrder
from protect.trainings.forms.measuring import ChooseForm
from protect.trainings.learned import Learned
from protect.trainings.learned_lines import lines_of, records_of
from protect.trainings.models import Edition, Registration
from protect.trainings.passing import assessment_of, passed_in
from protect.trainings.views.frame import show


@require_safe
def learning(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_edition(scope, pk)
    found, at = Learned(edition, get_language() or "en"), clock.now()
    context = {
        "edition": edition,
        "found": found,
        "lines": lines_of(found, at),
        "has_ended": freezing.has_ended(edition, at),
        "may_plan": edition.host_id in access.hosts_where(scope, Permission.PLAN_TRAININGS),
        "named": _named(scope, edition),
        "order": SetOrder(found.measuring.order).label if found.measuring else "",
    }
    return show(request, "learning.html", None, context)


@require_safe
def learning_csv(request: HttpRequest, pk: UUID) -> HttpResponse:
    edition = access.get_edition(scope_of(request), pk)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{edition.code}-results.csv"'
    file = TableWriter(response)
    file.writerow(["part", "question", "figure", "value"])
    file.writerows(records_of(Learned(edition, get_language() or "en")))
    return response


@require_http_methods(["GET", "POST"])
def learning_forms(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope, edition = _planned(request, pk)
    sent = request.POST if request.method == "POST" else None
    form = ChooseForm(sent, initial=_initial(edition))
    if form.is_valid():
        with form.mending():
            choosing.choose(scope, edition, form.chosen(), at=clock.now())
            messages.success(request, _("Saved."))
            return redirect("trainings:learning", pk=pk)
    return show(request, "learning_forms.html", form, {"edition": edition})


@require_http_methods(["GET", "POST"])
def learning_freeze(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope, edition = _planned(request, pk)
    get_measuring(edition)
    if request.method == "POST":
        freezing.freeze(scope, edition, at=clock.now())
        messages.success(request, _("Frozen. No card says anything any more."))
        return redirect("trainings:learning", pk=pk)
    context = {
        "edition": edition,
        "question": _("Freeze the results?"),
        "effects": [
            _("No test and no evaluation can be answered or typed in any more."),
            _("Codes of cards give way to random numbers: whoever finds a card learns nothing."),
            _("Slips that nobody has typed are worth nothing."),
            _("The results stay as they are. Questions some months later go on."),
        ],
        "undo": _("This cannot be undone."),
        "verb": _("Freeze the results"),
        "is_danger": True,
        "back": reverse("trainings:learning", args=[pk]),
    }
    return show(request, "edition_move.html", None, context)


@require_http_methods(["GET", "POST"])
def registration_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    found = access.get_registration(scope, pk)
    back = reverse("trainings:learning", args=[found.edition_id])
    if request.method == "POST":
        let_try_again(scope, found, at=clock.now())
        messages.success(request, _("They can take the test once more."))
        return redirect(back)
    context = {
        "edition": found.edition,
        "question": _("Let this person take the test once more?"),
        "effects": [
            _("What they answered is deleted. Until they answer again, nothing is passed.")
        ],
        "undo": _("This cannot be undone."),
        "verb": _("Let them try again"),
        "back": back,
    }
    return show(request, "edition_move.html", None, context)


def _planned(request: HttpRequest, pk: UUID) -> tuple[Scope, Edition]:
    scope = scope_of(request)
    edition = access.get_edition(scope, pk)
    access.must_plan(scope, edition.host_id)
    return scope, edition


def _initial(edition: Edition) -> dict[str, object]:
    """Return what stands, or what the course suggests."""
    found = Learned(edition, "en")
    if found.measuring is not None:
        forms = {phase.value: str(each.form_id) for phase, each in found.inquiries.items()}
        return {"order": found.measuring.order, "assessment": found.measuring.assessment, **forms}
    chosen = choosing.suggested(edition.course_version)
    forms = {phase.value: str(each.pk) for phase, each in chosen.forms.items()}
    return {"order": chosen.order, "assessment": chosen.assessment, **forms}


def _named(scope: Scope, edition: Edition) -> list[tuple[Registration, int, bool]]:
    """Return who has taken the assessment with a name, and how, for who decides about them."""
    if assessment_of(edition) is not Assessment.NAMED:
        return []
    rows = access.registrations_of(scope).filter(edition=edition, assessments__isnull=False)
    people = list(rows.select_related("participant").order_by("participant__name", "pk"))
    found = passed_in(edition, [row.pk for row in people])
    return [(row, found[row.pk].percent or 0, found[row.pk].has_passed) for row in people]
