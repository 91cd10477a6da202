from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.kernel import clock, ids, refusals
from protect.orgs.access import scope_of
from protect.trainings.base.access import planned_hosts
from protect.trainings.base.errors import TrainingRefusal
from protect.trainings.base.pages import frame, open_pages
from protect.trainings.needs import access, actions, enums, models, pages, rules
from protect.trainings.needs.enums import NeedMove
from protect.trainings.needs.forms import BookForm, NeedsForm, UnmetNeedForm
from protect.trainings.registrations.access import get_registration, get_registration_by_token
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.access import editions_of
from protect.trainings.scheduling.enums import ResourceKind
from protect.trainings.scheduling.models import Edition, Resource
from protect.ui import spreadsheet
from protect.ui.forms import DeskForm
from protect.vault.errors import TeamKeyMismatch
from protect.vault.sessions.unlocked import get_unlocked

RESOURCE_KIND_BY_NEED = {
    enums.NeedKind.CHILDCARE: ResourceKind.CHILDCARE,
    enums.NeedKind.INTERPRETER: ResourceKind.PERSON,
}


@require_safe
def edition_needs(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the decrypted needs of an edition to its logistics team."""
    scope = scope_of(request)
    edition = access.get_arranged_edition(scope, pk)
    lines = _decrypt_need_lines(request, edition)
    context = {
        "edition": edition,
        "lines": lines,
        "diets": pages.count_needs(lines, is_diet=True),
        "others": pages.count_needs(lines, is_diet=False),
        "to_order": _orderable_food(lines),
        "sees_edition": editions_of(scope).filter(pk=pk).exists(),
    }
    return frame.render_form_page(request, "trainings/needs.html", None, context)


@require_safe
def edition_food_counts(request: HttpRequest, pk: UUID) -> HttpResponse:
    edition = access.get_arranged_edition(scope_of(request), pk)
    diets = pages.count_needs(_decrypt_need_lines(request, edition), is_diet=True)
    context = {"edition": edition, "diets": diets}
    return frame.render_form_page(request, "trainings/needs_counts.html", None, context)


@require_safe
def edition_food_csv(request: HttpRequest, pk: UUID) -> HttpResponse:
    edition = access.get_arranged_edition(scope_of(request), pk)
    headers = {"Content-Disposition": f'attachment; filename="food-{edition.code.lower()}.csv"'}
    # The byte order mark tells spreadsheets to read UTF-8.
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8", headers=headers)
    rows = spreadsheet.TableWriter(response)
    rows.writerow([_("Food"), _("People")])
    for count in pages.count_needs(_decrypt_need_lines(request, edition), is_diet=True):
        rows.writerow([count.word, count.people])
    return response


@require_POST
def edition_food_order(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mark food needs as ordered, except those with free text."""
    scope = scope_of(request)
    edition = access.get_arranged_edition(scope, pk)
    actions.mark_ordered(
        scope, _orderable_food(_decrypt_need_lines(request, edition)), at=clock.now()
    )
    return frame.redirect_with_message(
        request, _("Marked as ordered."), "trainings:edition_needs", pk
    )


@require_http_methods(["GET", "POST"])
def need(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a need; book a resource for it, or record that it cannot be met."""
    scope = scope_of(request)
    need = access.get_need(scope, pk)
    edition = access.get_arranged_edition(scope, need.registration.edition_id)
    may_plan = edition.host_id in planned_hosts(scope)
    action = request.POST.get("deed", "")
    forms: dict[str, DeskForm] = {}
    if _is_move_possible(need, NeedMove.BOOK) and may_plan:
        data = request.POST if action == NeedMove.BOOK else None
        forms[NeedMove.BOOK] = BookForm(data, choices=_bookable_resources(need, edition))
    if _is_move_possible(need, NeedMove.CANNOT):
        forms[NeedMove.CANNOT] = UnmetNeedForm(request.POST if action == NeedMove.CANNOT else None)
    chosen_form = forms.get(action)
    if chosen_form is not None and chosen_form.is_valid():
        with chosen_form.showing_refusals():
            answers, at = chosen_form.cleaned_data, clock.now()
            if action == NeedMove.BOOK:
                actions.book(scope, need, answers["resource"], at=at, reason=answers["reason"])
            else:
                actions.mark_unmet(scope, need, answers["alternative"], at=at)
            return frame.redirect_with_message(
                request, _("Noted."), "trainings:edition_needs", edition.pk
            )
    lines = _decrypt_need_lines(request, edition)
    context = {
        "edition": edition,
        "line": next(line for line in lines if line.need.pk == need.pk),
        "forms": {str(key): form for key, form in forms.items()},
        "may_order": _is_move_possible(need, NeedMove.ORDER),
        "may_reopen": _is_move_possible(need, NeedMove.REOPEN),
        "asks_planner": _is_move_possible(need, NeedMove.BOOK) and not may_plan,
    }
    return frame.render_form_page(request, "trainings/need.html", chosen_form, context)


@require_POST
def need_move(request: HttpRequest, pk: UUID, move: str) -> HttpResponse:
    """Mark a need as ordered, or reopen it."""
    scope = scope_of(request)
    need = access.get_need(scope, pk)
    if move == NeedMove.ORDER:
        actions.mark_ordered(scope, [need], at=clock.now())
    else:
        actions.reopen_need(scope, need, at=clock.now())
    # Translators: after a button: what the user says was recorded.
    return frame.redirect_with_message(
        request, _("Noted."), "trainings:edition_needs", need.registration.edition_id
    )


@require_http_methods(["GET", "POST"])
def registration_needs(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the states of a participant's needs; a coordinator states needs for them."""
    scope = scope_of(request)
    registration = get_registration(scope, pk)
    form = NeedsForm(frame.sent_data(request))
    if form.is_valid():
        with form.showing_refusals():
            actions.state_needs(registration, form.needs(), at=clock.now(), scope=scope)
            message = _("Saved. Only the team that arranges these needs can read them.")
            return frame.redirect_with_message(request, message, "trainings:registration", pk)
    context = {
        "registration": registration,
        "edition": registration.edition,
        "is_asked": actions.can_state_needs(registration.edition),
        "lines": pages.own_need_lines(registration),
    }
    return frame.render_form_page(request, "trainings/registration_needs.html", form, context)


def _decrypt_need_lines(request: HttpRequest, edition: Edition) -> list[pages.NeedLine]:
    documents = actions.decrypt_needs(get_unlocked(request), edition, at=clock.now())
    return pages.need_lines(edition, documents)


def _orderable_food(lines: list[pages.NeedLine]) -> list[models.Need]:
    """Return the food needs without free text that can be marked as ordered."""
    food = (line.need for line in lines if line.is_counted_food)
    return [need for need in food if _is_move_possible(need, NeedMove.ORDER)]


def _bookable_resources(need: models.Need, edition: Edition) -> object:
    """Return the host's active resources of the kind for a need, of any language."""
    kind = RESOURCE_KIND_BY_NEED[enums.NeedKind(need.kind)]
    rows = Resource.objects.filter(organisation=edition.host, kind=kind, is_active=True)
    return rows.order_by("name", "pk")


def _is_move_possible(need: models.Need, move: NeedMove) -> bool:
    return (enums.NeedState(need.state), move) in rules.transitions_of(enums.NeedKind(need.kind))


@open_pages.open_page
@require_http_methods(["GET", "HEAD", "POST"])
def own_needs(request: HttpRequest, token: str) -> HttpResponse:
    """Show a participant the states of their needs; the participant states or withdraws needs."""
    registration = get_registration_by_token(token)
    is_withdrawn = "take_back" in request.POST
    form, is_stored = NeedsForm(None if is_withdrawn else frame.sent_data(request)), False
    if is_withdrawn:
        need = ids.parse_uuid(request.POST["take_back"])
        if need is None:
            raise Http404
        is_withdrawn = actions.withdraw_need(registration, need, at=clock.now())
    if form.is_valid():
        with form.showing_refusals():
            is_stored = _state_needs(registration, form)
            form = NeedsForm()
    can_state = actions.can_state_needs(registration.edition)
    is_proven = registration.state != RegistrationState.UNPROVEN
    context = {
        "token": token,
        "is_stored": is_stored,
        "is_withdrawn": is_withdrawn,
        "lines": pages.own_need_lines(registration),
        "is_asked": can_state and registration.ended_at is None and is_proven,
    }
    return open_pages.show_open(request, "trainings/public/own_needs.html", form, context)


def _state_needs(registration: Registration, form: NeedsForm) -> bool:
    """Store the needs in a form; return whether there were any. Errors: TrainingRefusal."""
    try:
        return bool(actions.state_needs(registration, form.needs(), at=clock.now()))
    except TeamKeyMismatch as mismatch:  # officers get an alarm; keys mean nothing to the visitor
        refusals.report_refusal(mismatch)
        raise TrainingRefusal("trainings_needs_not_kept") from None
