from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.kernel import clock, refusals, text
from protect.orgs import access as orgs_access, actions as orgs, errors, models, profiles
from protect.orgs.enums import MembershipState, Permission, TeamState
from protect.ui.pages import bind_form, redirect_with_message
from protect.vault import access, errors as vault_errors
from protect.vault.models import TeamKey
from protect.vault.sessions.unlocked import Unlocked, get_unlocked, must_trust_key
from protect.vault.sign_in.frame import get_held_team, requires_step_up, show
from protect.vault.team_keys import closures, members, pins, recovery_kit, rotation
from protect.vault.teams import forms, wording
from protect.vault.teams.team_info import TeamInfo, TeamStep, get_team_info, key_versions, own_words


@require_safe
def team_list(request: HttpRequest) -> HttpResponse:
    """List the teams that the user sees: their own, those they manage, and those they review."""
    scope, at = orgs_access.scope_of(request), clock.now()
    visible_teams = access.reachable_teams(scope).select_related("organisation")
    infos = [get_team_info(scope, each, at=at) for each in visible_teams.order_by("name", "pk")]
    others = [each for each in infos if each.membership is None]
    context = {
        "mine": [_team_row(each) for each in infos if each.membership is not None],
        "others": [
            _team_row(each) for each in others if Permission.MANAGE_TEAM in each.permissions
        ],
        "reviewed": [
            _team_row(each) for each in others if Permission.MANAGE_TEAM not in each.permissions
        ],
        "managed": access.managed_organisations(scope),
        "suspended": profiles.own_suspensions(scope),
    }
    return show(request, "team_list.html", None, context)


@require_safe
def team(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a team; to a member who waits for admission, the six words to read out."""
    scope = orgs_access.scope_of(request)
    info = get_team_info(scope, access.get_team_in_reach(scope, pk), at=clock.now())
    if info.is_waiting:
        context = _waiting_context(info, own_words(get_unlocked(request)))
        return show(request, "team_waiting.html", None, context)
    if info.membership is not None:
        must_trust_key(get_unlocked(request), info.team.pk)
    context = {
        "info": info,
        "team": info.team,
        "next_step": wording.describe_step(info),
        "also": [wording.describe_step(info, step) for step in info.steps[1:]],
        "state": wording.shown_state_of(info),
        "places": [_member_row(info, each) for each in info.members],
        "keys": key_versions(info.team),
        "may": {each.value for each in info.permissions},
        "last_drill": recovery_kit.last_drill_at(info.team.organisation_id),
    }
    return show(request, "team.html", None, context)


@require_http_methods(["GET", "POST"])
def team_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Create a team in the organisation `pk`."""
    scope = orgs_access.scope_of(request)
    organisation = orgs_access.get_organisation(scope, pk)
    orgs_access.must(scope, Permission.MANAGE_ORGANISATION, organisation=organisation)
    form = bind_form(request, forms.TeamForm)
    if form.is_valid():
        with form.showing_refusals():
            team = orgs.create_team(scope, organisation, **form.cleaned_data, at=clock.now())
            message = _("The team was created. It now needs its first supervisor.")
            return redirect_with_message(request, message, "vault:team", team.pk)
    return show(request, "team_new.html", form, {"organisation": organisation})


@require_http_methods(["GET", "POST"])
def team_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = orgs_access.scope_of(request)
    team = orgs_access.get_team(scope, pk)
    orgs_access.must(scope, Permission.MANAGE_TEAM, team=team)
    form = bind_form(request, forms.TeamForm, name=team.name, purpose=team.purpose)
    if form.is_valid():
        with form.showing_refusals():
            orgs.rename_team(scope, team, **form.cleaned_data, at=clock.now())
            return redirect_with_message(request, _("The team was changed."), "vault:team", pk)
    return show(request, "team_edit.html", form, {"team": team})


@require_http_methods(["GET", "POST"])
@requires_step_up
def team_retire(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = orgs_access.scope_of(request)
    team = orgs_access.get_team(scope, pk)
    orgs_access.must(scope, Permission.MANAGE_ORGANISATION, team=team)
    orgs.must_not_be_stopped(team)
    if request.method == "POST":
        closures.retire_team(scope, team, at=clock.now())
        return redirect_with_message(request, _("The team has ended."), "vault:team_list")
    context = {
        "team": team,
        # Translators: {team} is the name of a team.
        "question": _("End {team} permanently?").format(team=text.plain_isolated_name(team.name)),
        "effects": [
            _("All memberships end now, including waiting ones. Open invitations end, too."),
            _("People without another membership can no longer sign in."),
            _("Its keys are deleted. Its files and notes can never be opened again, even by us."),
            _(
                "Sealed records stay, unreadable, until their retention period ends. Then "
                "they are deleted."
            ),
            _(
                "Records sent to other teams stay with them until they expire. They can"
                " no longer be withdrawn."
            ),
        ],
        "undo": _("This cannot be undone."),
        "verb": _("End the team permanently"),
        "is_danger": True,
        "back": reverse("vault:team", args=[pk]),
    }
    return show(request, "team_retire.html", None, context)


@require_POST
@requires_step_up
def team_make_key(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make the first key of a team."""
    scope, at = orgs_access.scope_of(request), clock.now()
    membership = access.get_own_membership(scope, access.get_team_in_reach(scope, pk))
    members.make_first_key(get_unlocked(request), membership, at=at)
    message = _("The team now has a key, and you hold it. The next step is its recovery kit.")
    return redirect_with_message(request, message, "vault:team", pk)


@require_http_methods(["GET", "POST"])
@requires_step_up
def team_admit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Admit the member with the waiting membership `pk`, if the six words match."""
    scope = orgs_access.scope_of(request)
    membership = orgs_access.get_membership(scope, pk)
    if membership.team is None:
        raise Http404
    orgs_access.must(scope, Permission.ADMIT, team=membership.team)
    if membership.state != MembershipState.PENDING:
        move = {"state": membership.state, "move": "admit"}
        raise errors.OrganisationRefusal("membership_move_not_allowed", **move)
    access.must_have_open_account(membership)
    form = bind_form(request, forms.SixWordsForm)
    if form.is_valid():
        with form.showing_refusals():
            unlocked, at = get_unlocked(request), clock.now()
            members.admit_to_team(scope, unlocked, membership, **form.cleaned_data, at=at)
            text = _("The member was let in and can now read everything that the team has sealed.")
            return redirect_with_message(request, text, "vault:team", membership.team.pk)
    return show(request, "team_admit.html", form, {"place": membership, "team": membership.team})


@require_http_methods(["GET", "POST"])
@requires_step_up
def team_rotate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Renew the team's key: a POST with `?renew` begins it, any other re-wraps one batch."""
    team, unlocked_session = get_held_team(request, pk)
    scope = orgs_access.scope_of(request)
    if request.method == "POST" and "renew" in request.GET:
        rotation.renew_key(scope, unlocked_session, team, at=clock.now())
        message = _("The team has a new key. Its sealed records now move to it.")
        return redirect_with_message(request, message, "vault:team_rotate", pk)
    if request.method == "POST":
        if rotation.is_renewal_due(team):
            rotation.continue_renewal_by_member(unlocked_session, team, at=clock.now())
            team.refresh_from_db()
        if not request.accepts("text/html"):
            return JsonResponse(_progress_data(team))
        return redirect("vault:team_rotate", pk=pk)
    must_trust_key(unlocked_session, team.pk)
    context = {
        "team": team,
        "is_due": rotation.is_renewal_due(team),
        "has_begun": rotation.is_renewal_under_way(team),
        "may_begin": scope.may(Permission.SUPERVISE, team=team.pk),
        "progress": rotation.renewal_progress(team),
    }
    return show(request, "team_rotate.html", None, context)


def _team_row(info: TeamInfo) -> dict[str, object]:
    has_key = info.team.state != TeamState.NO_KEY
    return {
        "info": info,
        "next_step": wording.describe_step(info),
        "state": wording.shown_state_of(info),
        # then the membership state says more than the team state
        "waits_for_colleague": info.is_waiting and has_key,
    }


def _member_row(info: TeamInfo, membership: models.Membership) -> dict[str, object]:
    return {
        "place": membership,
        "holds": membership.user_id in info.key_holder_ids,
        "is_own": info.membership is not None and membership.pk == info.membership.pk,
        "waits": membership in info.admittable_members,
    }


def _waiting_context(info: TeamInfo, words: str) -> dict[str, object]:
    return {
        "team": info.team,
        "next_step": wording.describe_step(info),
        "state": wording.shown_state_of(info),
        "words": [words],
        "is_read": info.next is TeamStep.READ_WORDS,
        "admitters": info.admitters,
    }


def _progress_data(team: models.Team) -> dict[str, object]:
    """Return the progress of a key renewal as JSON data for js/again.js."""
    progress = rotation.renewal_progress(team)
    # Translators: {done} and {of} are numbers: 200 of 1,000.
    text = _("{done} of {of}").format(done=progress.done, of=progress.of)
    is_finished = not rotation.is_renewal_due(team)
    return {"done": progress.done, "of": progress.of, "said": text, "is_over": is_finished}


@require_safe
def partner_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    """List a team's partner teams, with the states of their keys."""
    team, unlocked_session = get_held_team(request, pk)
    partner_keys = pins.assess_keys(unlocked_session, team, access.find_partner_keys(team))
    for partner in partner_keys:
        if partner.state is pins.PinState.MISMATCH:
            refusals.report_refusal(vault_errors.PartnerKeyMismatch(team=partner.key.team.name))
    context = {"team": team, "partners": partner_keys, "words": [pins.own_key_words(team)]}
    return show(request, "partner_list.html", None, context)


@require_http_methods(["GET", "POST"])
@requires_step_up
def partner_compare(request: HttpRequest, pk: UUID, partner: UUID) -> HttpResponse:
    """Compare a partner team's key by the six words that the partner reads out on the phone."""
    team, unlocked_session = get_held_team(request, pk)
    key = access.get_partner_key(team, partner)
    form = bind_form(request, forms.SixWordsForm)
    if form.is_valid():
        with form.showing_refusals():
            if _pin_if_words_match(unlocked_session, team, key, form):
                message = _("The words match: this is their key.")
                return redirect_with_message(request, message, "vault:partner_list", pk)
    partner_key = pins.assess_keys(unlocked_session, team, [key])[0]
    if partner_key.state is pins.PinState.MISMATCH:
        raise vault_errors.PartnerKeyMismatch(team=key.team.name)
    words = [pins.own_key_words(team)]
    context = {"team": team, "partner": key.team, "partner_key": partner_key, "words": words}
    return show(request, "partner_compare.html", form, context)


def _pin_if_words_match(
    unlocked_session: Unlocked, team: models.Team, key: TeamKey, form: forms.SixWordsForm
) -> bool:
    """Pin a partner's key if the words match; otherwise add an explaining error to the form."""
    try:
        pins.compare_partner_key(
            unlocked_session, team, key, form.cleaned_data["words"], at=clock.now()
        )
    except vault_errors.FingerprintDiffers:
        text = _(
            "These are not the words of their key. Nothing was saved. Call a number that you "
            "know is theirs and compare again. Do not send them anything until then."
        )
        form.add_error("words", text)
        return False
    return True
