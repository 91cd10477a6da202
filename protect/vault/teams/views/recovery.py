from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock
from protect.orgs import access, alarms, enums, models
from protect.orgs.scope import Scope
from protect.ui.pages import posted_data, redirect_with_message
from protect.vault import access as vault_access, errors
from protect.vault.models.keys import OFFICER_SLOTS
from protect.vault.sessions.unlocked import get_unlocked, must_trust_key
from protect.vault.sign_in.frame import requires_step_up, show
from protect.vault.team_keys import members, recovery_kit
from protect.vault.teams import forms, wording
from protect.vault.teams.team_info import TeamInfo, appointer_of, get_team_info


@require_safe
def officer_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    """List an organisation's recovery officers, and the teams with an unfinished kit."""
    scope = access.scope_of(request)
    organisation = access.get_organisation(scope, pk)
    vault_access.must_see_officers(scope, organisation)
    officers = recovery_kit.officers_by_slot(pk)
    context = {
        "organisation": organisation,
        "places": [(slot, officers.get(slot)) for slot in OFFICER_SLOTS],
        "may_appoint": scope.may(enums.Permission.MANAGE_ORGANISATION, organisation=pk),
        "last_drill": recovery_kit.last_drill_at(pk),
        "drill_due": recovery_kit.next_drill_due_at(pk),
        "kits": _teams_without_kit(scope, organisation),
    }
    return show(request, "officer_list.html", None, context)


def _teams_without_kit(scope: Scope, organisation: models.Organisation) -> list[dict[str, object]]:
    teams = models.Team.objects.visible_to(scope).filter(organisation=organisation)
    with_key = teams.exclude(state__in=(enums.TeamState.NO_KEY, enums.TeamState.RETIRED))
    rows = [get_team_info(scope, team, at=clock.now()) for team in with_key.order_by("name", "pk")]
    return [
        {"team": row.team, "who": wording.describe_kit_finishers(row), "is_at_risk": row.is_at_risk}
        for row in rows
        if not row.has_kit
    ]


@require_http_methods(["GET", "POST"])
@requires_step_up
def officer_appoint(request: HttpRequest, pk: UUID, slot: int) -> HttpResponse:
    """Appoint a recovery officer; only a POST shows their code, which is stored nowhere."""
    scope = access.scope_of(request)
    organisation = _get_managed_organisation(scope, pk, slot)
    at = clock.now()
    context = {"organisation": organisation, "slot": slot}
    if request.method == "POST":
        appointment = recovery_kit.appoint_officer(scope, organisation, slot, at=at)
        words = " ".join(recovery_kit.officer_words(appointment.officer))
        printed = {"codes": [appointment.code.printed()], "words": [words], "at": at}
        return show(request, "officer_code.html", None, context | printed)
    current_officer = recovery_kit.officers_by_slot(pk).get(slot)
    closed_teams = recovery_kit.teams_lost_without(organisation, slot) if current_officer else []
    context |= {"before": current_officer, "closed": closed_teams}
    return show(request, "officer_appoint.html", None, context)


@require_http_methods(["GET", "POST"])
@requires_step_up
def officer_confirm(request: HttpRequest, pk: UUID, slot: int) -> HttpResponse:
    """Confirm a recovery officer, if the code typed from paper opens their key."""
    scope = access.scope_of(request)
    organisation = _get_managed_organisation(scope, pk, slot)
    officer = vault_access.get_officer(organisation, slot)
    form = forms.OfficerCodeForm(posted_data(request), officer=officer)
    if form.is_valid():
        with form.showing_refusals():
            recovery_kit.confirm_officer(scope, officer, form.cleaned_data["code"], at=clock.now())
            return redirect_with_message(
                request, _("This officer is confirmed."), "vault:officer_list", pk
            )
    context = {"organisation": organisation, "officer": officer, "slot": slot}
    return show(request, "officer_confirm.html", form, context)


@require_http_methods(["GET", "POST"])
@requires_step_up
def team_kit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Finish a team's recovery kit, or test it with the codes of two officers (a drill)."""
    scope, at = access.scope_of(request), clock.now()
    team = access.get_team(scope, pk)
    vault_access.must_be_allowed_to_drill(scope, team)
    info = get_team_info(scope, team, at=at)
    _must_have_known_key(request, info)
    is_drill = "code_1" in request.POST if request.method == "POST" else info.has_kit
    if not is_drill and (request.method == "POST" or _can_finish_kit(info)):
        return _finish_kit_page(request, info)
    officers = recovery_kit.officers_by_slot(team.organisation_id)
    form = forms.OfficerPairCodesForm(posted_data(request), officers=officers)
    if form.is_valid():
        with form.showing_refusals():
            recovery_kit.hold_drill(scope, team, form.officer_codes(), at=at)
            message = _("Both codes work. Nothing was opened with them.")
            return redirect_with_message(request, message, "vault:team_kit", pk)
    return show(request, "team_kit.html", form, _kit_context(info))


def _finish_kit_page(request: HttpRequest, info: TeamInfo) -> HttpResponse:
    session, team = get_unlocked(request), info.team
    officers = recovery_kit.officers_to_compare(session, team) if _can_finish_kit(info) else {}
    appointments = {
        slot: wording.describe_appointment(each, appointer_of(each))
        for slot, each in officers.items()
    }
    form = forms.KitForm(posted_data(request), appointments=appointments)
    if form.is_valid():
        with form.showing_refusals():
            scope = access.scope_of(request)
            words, at = form.officer_words(), info.at
            recovery_kit.finish_kit(scope, session, team, words=words, at=at)
            message = _("The kit is finished: any two of three officers can help.")
            return redirect_with_message(request, message, "vault:team", team.pk)
    return show(request, "team_kit.html", form, _kit_context(info))


@require_http_methods(["GET", "POST"])
@requires_step_up
def team_restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Reopen a team with the codes of two officers, for the user's waiting membership `pk`."""
    scope = access.scope_of(request)
    membership = vault_access.get_own_waiting_membership(scope, pk)
    team = vault_access.get_team_in_reach(scope, membership.team_id) if membership.team_id else None
    if team is None:
        raise Http404
    officers = recovery_kit.officers_by_slot(team.organisation_id)
    form = forms.OfficerPairCodesForm(posted_data(request), officers=officers)
    if form.is_valid():
        with form.showing_refusals():
            unlocked, codes = get_unlocked(request), form.officer_codes()
            members.restore_team(unlocked, membership, codes, at=clock.now())
            message = _("The team is open again, and its key is being renewed.")
            return redirect_with_message(request, message, "vault:team", team.pk)
    admitters = get_team_info(scope, team, at=clock.now()).admitters
    context = {"team": team, "admitters": admitters, "back": reverse("vault:team", args=[team.pk])}
    return show(request, "team_restore.html", form, context)


def _must_have_known_key(request: HttpRequest, info: TeamInfo) -> None:
    """Refuse a team with a forged key, before its page asks for codes. Errors: TeamKeyMismatch."""
    if info.membership is not None and not info.is_waiting:
        must_trust_key(get_unlocked(request), info.team.pk)
    elif alarms.stopped_since(info.team.organisation_id, info.team.pk):
        raise errors.TeamKeyMismatch(team=str(info.team.pk))


def _can_finish_kit(info: TeamInfo) -> bool:
    return info.confirmed_officers == len(OFFICER_SLOTS) and info.may_admit


def _kit_context(info: TeamInfo) -> dict[str, object]:
    organisation = info.team.organisation_id
    officers = recovery_kit.officers_by_slot(organisation)
    return {
        "team": info.team,
        "info": info,
        "places": [(slot, officers.get(slot)) for slot in OFFICER_SLOTS],
        "is_ready": info.confirmed_officers == len(OFFICER_SLOTS),
        "may_appoint": enums.Permission.MANAGE_ORGANISATION in info.permissions,
        "last_drill": recovery_kit.last_drill_at(organisation),
        "drill_due": info.drill_due_at,
    }


def _get_managed_organisation(scope: Scope, pk: UUID, slot: int) -> models.Organisation:
    """Return a managed organisation. Errors: PermissionDenied; Http404, also for a wrong slot."""
    organisation = access.get_organisation(scope, pk)
    if slot not in OFFICER_SLOTS:
        raise Http404
    access.must(scope, enums.Permission.MANAGE_ORGANISATION, organisation=organisation)
    return organisation
