"""What people need: said at the desk or on their own page, arranged, counted for the caterer."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.kernel import clock, ids, refusals, spreadsheet
from protect.orgs.access import scope_of
from protect.trainings.base.access import planned_hosts
from protect.trainings.base.errors import TrainingRefusal
from protect.trainings.base.pages.frame import done, sent_data, show
from protect.trainings.base.pages.open_pages import open_page, show_open
from protect.trainings.needs import access, actions, enums, models, pages
from protect.trainings.needs.enums import NeedMove
from protect.trainings.needs.forms import BookForm, CannotForm, NeedsForm
from protect.trainings.needs.rules import moves_of
from protect.trainings.registrations.access import get_own, get_registration
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.access import editions_of
from protect.trainings.scheduling.enums import ResourceKind
from protect.trainings.scheduling.models import Edition, Resource
from protect.ui.forms import DeskForm
from protect.vault.errors import TeamKeyMismatch
from protect.vault.sessions.unlocked import unlocked

BOOKABLE = {
    enums.NeedKind.CHILDCARE: ResourceKind.CHILDCARE,
    enums.NeedKind.INTERPRETER: ResourceKind.PERSON,
}


@require_safe
def edition_needs(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_arranged(scope, pk)
    lines = _opened(request, edition)
    context = {
        "edition": edition,
        "lines": lines,
        "diets": pages.counts_of(lines, is_diet=True),
        "others": pages.counts_of(lines, is_diet=False),
        "to_order": _plain_food(lines),
        "sees_edition": editions_of(scope).filter(pk=pk).exists(),
    }
    return show(request, "trainings/needs.html", None, context)


@require_safe
def edition_counts(request: HttpRequest, pk: UUID) -> HttpResponse:
    edition = access.get_arranged(scope_of(request), pk)
    context = {
        "edition": edition,
        "diets": pages.counts_of(_opened(request, edition), is_diet=True),
    }
    return show(request, "trainings/needs_counts.html", None, context)


@require_safe
def edition_counts_csv(request: HttpRequest, pk: UUID) -> HttpResponse:
    edition = access.get_arranged(scope_of(request), pk)
    response = HttpResponse(
        "\ufeff",  # so that spreadsheets read UTF-8
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="food-{edition.code.lower()}.csv"'},
    )
    rows = spreadsheet.TableWriter(response)
    rows.writerow([_("Food"), _("People")])
    for count in pages.counts_of(_opened(request, edition), is_diet=True):
        rows.writerow([count.word, count.people])
    return response


@require_POST
def edition_order(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note the food that a count says whole; what stands in own words is ordered one by one."""
    scope = scope_of(request)
    edition = access.get_arranged(scope, pk)
    actions.order(scope, _plain_food(_opened(request, edition)), at=clock.now())
    return done(request, _("Noted as ordered."), "trainings:edition_needs", pk)


@require_http_methods(["GET", "POST"])
def need(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    need = access.get_need(scope, pk)
    edition = access.get_arranged(scope, need.registration.edition_id)
    may_plan = edition.host_id in planned_hosts(scope)
    action = request.POST.get("deed", "")
    forms: dict[str, DeskForm] = {}
    if _fits(need, NeedMove.BOOK) and may_plan:
        data = request.POST if action == NeedMove.BOOK else None
        forms[NeedMove.BOOK] = BookForm(data, choices=_bookable(need, edition))
    if _fits(need, NeedMove.CANNOT):
        forms[NeedMove.CANNOT] = CannotForm(request.POST if action == NeedMove.CANNOT else None)
    chosen = forms.get(action)
    if chosen is not None and chosen.is_valid():
        with chosen.mending():
            answers, at = chosen.cleaned_data, clock.now()
            if action == NeedMove.BOOK:
                actions.book_for(scope, need, answers["resource"], at=at, reason=answers["reason"])
            else:
                actions.cannot(scope, need, answers["alternative"], at=at)
            return done(request, _("Noted."), "trainings:edition_needs", edition.pk)
    context = {
        "edition": edition,
        "line": next(each for each in _opened(request, edition) if each.need.pk == need.pk),
        "forms": {str(each): form for each, form in forms.items()},
        "may_order": _fits(need, NeedMove.ORDER),
        "may_reopen": _fits(need, NeedMove.REOPEN),
        "asks_planner": _fits(need, NeedMove.BOOK) and not may_plan,
    }
    return show(request, "trainings/need.html", chosen, context)


@require_POST
def need_move(request: HttpRequest, pk: UUID, move: str) -> HttpResponse:
    scope = scope_of(request)
    need = access.get_need(scope, pk)
    if move == NeedMove.ORDER:
        actions.order(scope, [need], at=clock.now())
    else:
        actions.reopen(scope, need, at=clock.now())
    return done(request, _("Noted."), "trainings:edition_needs", need.registration.edition_id)


@require_http_methods(["GET", "POST"])
def registration_needs(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    registration = get_registration(scope, pk)
    form = NeedsForm(sent_data(request))
    if form.is_valid():
        with form.mending():
            actions.say(registration, form.needs(), at=clock.now(), scope=scope)
            message = _("Sealed. Only the team that arranges it can read it.")
            return done(request, message, "trainings:registration", pk)
    context = {
        "registration": registration,
        "edition": registration.edition,
        "is_asked": actions.is_asked(registration.edition),
        "lines": pages.own_lines(registration),
    }
    return show(request, "trainings/registration_needs.html", form, context)


def _opened(request: HttpRequest, edition: Edition) -> list[pages.NeedLine]:
    return pages.lines_of(edition, actions.opened(unlocked(request), edition, at=clock.now()))


def _plain_food(lines: list[pages.NeedLine]) -> list[models.Need]:
    return [each.need for each in lines if each.is_plain_food and _fits(each.need, NeedMove.ORDER)]


def _bookable(need: models.Need, edition: Edition) -> object:
    kind = BOOKABLE[enums.NeedKind(need.kind)]
    rows = Resource.objects.filter(organisation=edition.host, kind=kind, is_active=True)
    return rows.order_by("name", "pk")


def _fits(need: models.Need, move: NeedMove) -> bool:
    return (enums.NeedState(need.state), move) in moves_of(enums.NeedKind(need.kind))


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def own_needs(request: HttpRequest, token: str) -> HttpResponse:
    registration = get_own(token)
    is_taken_back = "take_back" in request.POST
    form, is_said = NeedsForm(None if is_taken_back else sent_data(request)), False
    if is_taken_back:
        need = ids.typed_uuid(request.POST["take_back"])
        if need is None:
            raise Http404
        is_taken_back = actions.take_back(registration, need, at=clock.now())
    if form.is_valid():
        with form.mending():
            is_said = _say_needs(registration, form)
            form = NeedsForm()
    context = {
        "token": token,
        "is_said": is_said,
        "is_taken_back": is_taken_back,
        "lines": pages.own_lines(registration),
        "is_asked": actions.is_asked(registration.edition) and _counts(registration),
    }
    return show_open(request, "trainings/public/own_needs.html", form, context)


def _say_needs(registration: Registration, form: NeedsForm) -> bool:
    try:
        return bool(actions.say(registration, form.needs(), at=clock.now()))
    except TeamKeyMismatch as mismatch:  # officers are told; the visitor knows of no keys
        refusals.tell(mismatch)
        raise TrainingRefusal("trainings_needs_not_kept") from None


def _counts(registration: Registration) -> bool:
    return registration.ended_at is None and registration.state != RegistrationState.UNPROVEN
