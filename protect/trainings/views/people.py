from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.trainings import corrections, erasure
from protect.trainings.base import access as base_access
from protect.trainings.base.pages import frame
from protect.trainings.registrations import access, enums, fields
from protect.trainings.registrations.actions.duplicates import decide_pair
from protect.ui.pagination import Paginator

PAGE_SIZE = 50  # pairs of possible duplicates
SAME, DIFFERENT = "same", "different"  # decisions about a possible duplicate


@require_http_methods(["GET", "POST"])
def participant_erase(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    participant = access.get_participant(scope, pk)
    if request.method == "POST":
        erasure.erase_participant(scope, participant, at=clock.now())
        message = _("The person was erased. Totals stay, without a name.")
        return frame.redirect_with_message(request, message, "trainings:edition_list")
    latest = participant.registrations.order_by("-applied_at", "pk").first()
    back_page = ("trainings:registration", [latest.pk]) if latest else (frame.EDITIONS, [])
    context = {
        "person": participant,
        "question": _("Erase this person?"),
        "undo": _("This cannot be undone."),
        "verb": _("Erase"),
        "is_danger": True,
        "back": reverse(back_page[0], args=back_page[1]),
    }
    return frame.render_form_page(request, "trainings/participant_erase.html", None, context)


@require_safe
def duplicate_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    base_access.must_plan_somewhere(scope)
    is_decided = request.GET.get("show") == "decided"
    rows = access.possible_duplicates(scope).filter(is_same__isnull=not is_decided)
    rows = rows.select_related("first__sender", "second__sender", "first__host")
    pages = Paginator(rows.order_by("first__name", "pk"), PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(row, [enums.Sign(sign).label for sign in row.signs]) for row in page],
        "is_decided": is_decided,
    }
    return frame.show_tab(request, frame.DUPLICATES, "trainings/duplicate_list.html", context)


@require_POST
def decide_duplicate(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    doubt = access.get_possible_duplicate(scope, pk)
    is_same: Any = {SAME: True, DIFFERENT: False}.get(request.POST.get("do", ""))
    if is_same is not None:
        decide_pair(scope, doubt, is_same=is_same, at=clock.now())
        message = _("They count as one person.") if is_same else _("They count as two people.")
        messages.success(request, message)
    return redirect("trainings:duplicate_list")


@require_http_methods(["GET", "POST"])
def registration_correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the form for the data of a registered participant, or save the correction."""
    scope = scope_of(request)
    registration = access.get_registration(scope, pk)
    # 404 for an erased participant, who has no data to correct.
    participant = access.get_participant(scope, registration.participant_id)
    current = fields.CorrectParticipantForm.initial_values(participant)
    form = fields.CorrectParticipantForm(frame.sent_data(request), initial=current)
    if form.is_valid():
        with form.showing_refusals():
            values, edited, at = form.field_values(), form.cleaned_data["edited"] or 0, clock.now()
            corrections.correct_participant(scope, participant, values, edited=edited, at=at)
            return frame.redirect_with_message(request, _("Saved."), "trainings:registration", pk)
    context = {
        "registration": registration,
        "edition": registration.edition,
        "edited": participant.edited,
        "theirs": frame.conflicting_values(form, current, participant.edited),
    }
    return frame.render_form_page(request, "trainings/registration_correct.html", form, context)
