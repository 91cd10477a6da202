"""Recovery of teams without a member who can sign in: officers, codes, and opening with two."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock
from protect.orgs import access, alarms, enums
from protect.orgs.models import Organisation, Team
from protect.orgs.scope import Scope
from protect.ui.pages import done, sent_data
from protect.vault.access import (
    get_officer,
    get_own_waiting,
    get_team_in_reach,
    must_drill,
    must_see_officers,
)
from protect.vault.errors import TeamKeyMismatch
from protect.vault.models.keys import SLOTS
from protect.vault.sessions.unlocked import must_recognise, unlocked
from protect.vault.sign_in.frame import show, stepped_up
from protect.vault.team_keys import members, recovery_kit
from protect.vault.teams import forms, wording
from protect.vault.teams.standing import Standing, appointer, standing


@require_safe
def officer_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = access.scope_of(request)
    organisation = access.get_organisation(scope, pk)
    must_see_officers(scope, organisation)
    officers = recovery_kit.officers_of(pk)
    context = {
        "organisation": organisation,
        "places": [(slot, officers.get(slot)) for slot in SLOTS],
        "may_appoint": scope.may(enums.Permission.MANAGE_ORGANISATION, organisation=pk),
        "last_drill": recovery_kit.last_drill(pk),
        "drill_due": recovery_kit.drill_due(pk),
        "kits": _unfinished_kits(scope, organisation),
    }
    return show(request, "officer_list.html", None, context)


def _unfinished_kits(scope: Scope, organisation: Organisation) -> list[dict[str, object]]:
    teams = Team.objects.visible_to(scope).filter(organisation=organisation)
    with_key = teams.exclude(state__in=(enums.TeamState.NO_KEY, enums.TeamState.RETIRED))
    rows = [standing(scope, team, at=clock.now()) for team in with_key.order_by("name", "pk")]
    return [
        {"team": row.team, "who": wording.who_finishes_kit(row), "is_at_risk": row.is_at_risk}
        for row in rows
        if not row.has_kit
    ]


@require_http_methods(["GET", "POST"])
@stepped_up
def officer_appoint(request: HttpRequest, pk: UUID, slot: int) -> HttpResponse:
    """The code is shown in the answer to a POST only, and kept nowhere."""
    scope = access.scope_of(request)
    organisation = _managed(scope, pk, slot)
    at = clock.now()
    context = {"organisation": organisation, "slot": slot}
    if request.method == "POST":
        appointment = recovery_kit.appoint(scope, organisation, slot, at=at)
        words = " ".join(recovery_kit.words_of(appointment.officer))
        printed = {"codes": [appointment.code.printed()], "words": [words], "at": at}
        return show(request, "officer_code.html", None, context | printed)
    before = recovery_kit.officers_of(pk).get(slot)
    closed = recovery_kit.closed_without(organisation, slot) if before else []
    context |= {"before": before, "closed": closed}
    return show(request, "officer_appoint.html", None, context)


@require_http_methods(["GET", "POST"])
@stepped_up
def officer_confirm(request: HttpRequest, pk: UUID, slot: int) -> HttpResponse:
    scope = access.scope_of(request)
    organisation = _managed(scope, pk, slot)
    officer = get_officer(organisation, slot)
    form = forms.OfficerForm(sent_data(request), officer=officer)
    if form.is_valid():
        with form.mending():
            recovery_kit.confirm_officer(scope, officer, form.cleaned_data["code"], at=clock.now())
            return done(request, _("This officer is confirmed."), "vault:officer_list", pk)
    context = {"organisation": organisation, "officer": officer, "slot": slot}
    return show(request, "officer_confirm.html", form, context)


@require_http_methods(["GET", "POST"])
@stepped_up
def team_kit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Finish the kit; or, with two codes in the form, try it."""
    scope, at = access.scope_of(request), clock.now()
    team = access.get_team(scope, pk)
    must_drill(scope, team)
    team_standing = standing(scope, team, at=at)
    _must_be_trusted(request, team_standing)
    is_drill = "code_1" in request.POST if request.method == "POST" else team_standing.has_kit
    if not is_drill and (request.method == "POST" or _can_finish(team_standing)):
        return _finish_kit(request, team_standing)
    officers = recovery_kit.officers_of(team.organisation_id)
    form = forms.PairForm(sent_data(request), officers=officers)
    if form.is_valid():
        with form.mending():
            recovery_kit.drill(scope, team, form.typed(), at=at)
            message = _("Both codes work. Nothing was opened with them.")
            return done(request, message, "vault:team_kit", pk)
    return show(request, "team_kit.html", form, _kit(team_standing))


def _finish_kit(request: HttpRequest, team_standing: Standing) -> HttpResponse:
    person, team = unlocked(request), team_standing.team
    new = recovery_kit.officers_to_compare(person, team) if _can_finish(team_standing) else {}
    appointed = {slot: wording.appointed(each, appointer(each)) for slot, each in new.items()}
    form = forms.KitForm(sent_data(request), appointed=appointed)
    if form.is_valid():
        with form.mending():
            scope = access.scope_of(request)
            recovery_kit.finish(
                scope, person, team, words=form.officer_words(), at=team_standing.at
            )
            message = _("The kit is finished: any two of three officers can help.")
            return done(request, message, "vault:team", team.pk)
    return show(request, "team_kit.html", form, _kit(team_standing))


@require_http_methods(["GET", "POST"])
@stepped_up
def team_restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = access.scope_of(request)
    place = get_own_waiting(scope, pk)
    team = get_team_in_reach(scope, place.team_id) if place.team_id else None
    if team is None:
        raise Http404
    officers = recovery_kit.officers_of(team.organisation_id)
    form = forms.PairForm(sent_data(request), officers=officers)
    if form.is_valid():
        with form.mending():
            members.restore(unlocked(request), place, form.typed(), at=clock.now())
            message = _("The team is open again, and its key is being renewed.")
            return done(request, message, "vault:team", team.pk)
    context = {
        "team": team,
        "admitters": standing(scope, team, at=clock.now()).admitters,
        "back": reverse("vault:team", args=[team.pk]),
    }
    return show(request, "team_restore.html", form, context)


def _must_be_trusted(request: HttpRequest, team_standing: Standing) -> None:
    """Refuse the page of a team with a foreign stored key, before it asks for codes or words.
    Errors: TeamKeyMismatch."""
    if team_standing.place is not None and not team_standing.is_waiting:
        must_recognise(unlocked(request), team_standing.team.pk)
    elif alarms.stopped_since(team_standing.team.organisation_id, team_standing.team.pk):
        raise TeamKeyMismatch(team=str(team_standing.team.pk))


def _can_finish(team_standing: Standing) -> bool:
    return team_standing.officers == len(SLOTS) and team_standing.may_admit


def _kit(team_standing: Standing) -> dict[str, object]:
    organisation = team_standing.team.organisation_id
    officers = recovery_kit.officers_of(organisation)
    return {
        "team": team_standing.team,
        "standing": team_standing,
        "places": [(slot, officers.get(slot)) for slot in SLOTS],
        "is_ready": team_standing.officers == len(SLOTS),
        "may_appoint": enums.Permission.MANAGE_ORGANISATION in team_standing.mine,
        "last_drill": recovery_kit.last_drill(organisation),
        "drill_due": team_standing.drill,
    }


def _managed(scope: Scope, pk: UUID, slot: int) -> Organisation:
    """Errors: Http404, also for a place that there is not; PermissionDenied."""
    organisation = access.get_organisation(scope, pk)
    if slot not in SLOTS:
        raise Http404
    access.must(scope, enums.Permission.MANAGE_ORGANISATION, organisation=organisation)
    return organisation
