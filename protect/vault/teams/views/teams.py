"""Pages of teams: list, overview, founding, renaming, making the first key and retiring."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.kernel import clock, text
from protect.orgs import access as orgs_access, actions as orgs, profiles
from protect.orgs.enums import Permission, TeamState
from protect.orgs.models import Membership
from protect.ui.pages import bind_form, done
from protect.vault import access
from protect.vault.sessions.unlocked import get_unlocked, must_trust_key
from protect.vault.sign_in.frame import requires_step_up, show
from protect.vault.team_keys import closures, members, recovery_kit
from protect.vault.teams import forms, wording
from protect.vault.teams.standing import Standing, TeamStep, get_standing, key_versions, own_words


@require_safe
def team_list(request: HttpRequest) -> HttpResponse:
    scope, at = orgs_access.scope_of(request), clock.now()
    visible_teams = access.reachable_teams(scope).select_related("organisation")
    standings = [get_standing(scope, each, at=at) for each in visible_teams.order_by("name", "pk")]
    others = [each for each in standings if each.place is None]
    context = {
        "mine": [_team_row(each) for each in standings if each.place is not None],
        "others": [_team_row(each) for each in others if Permission.MANAGE_TEAM in each.mine],
        "reviewed": [_team_row(each) for each in others if Permission.MANAGE_TEAM not in each.mine],
        "managed": access.managed_organisations(scope),
        "suspended": profiles.own_suspensions(scope),
    }
    return show(request, "team_list.html", None, context)


@require_safe
def team(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a team; to a member who waits for admission, the six words to read out."""
    scope = orgs_access.scope_of(request)
    standing = get_standing(scope, access.get_team_in_reach(scope, pk), at=clock.now())
    if standing.is_waiting:
        context = _waiting_context(standing, own_words(get_unlocked(request)))
        return show(request, "team_waiting.html", None, context)
    if standing.place is not None:
        must_trust_key(get_unlocked(request), standing.team.pk)
    context = {
        "standing": standing,
        "team": standing.team,
        "next_step": wording.describe_step(standing),
        "also": [wording.describe_step(standing, step) for step in standing.to_do[1:]],
        "state": wording.shown_state_of(standing),
        "places": [_member_row(standing, each) for each in standing.members],
        "keys": key_versions(standing.team),
        "may": {each.value for each in standing.mine},
        "last_drill": recovery_kit.last_drill_at(standing.team.organisation_id),
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
            team = orgs.found_team(scope, organisation, **form.cleaned_data, at=clock.now())
            message = _("The team was created. It now needs its first supervisor.")
            return done(request, message, "vault:team", team.pk)
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
            return done(request, _("The team was changed."), "vault:team", pk)
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
        return done(request, _("The team has ended."), "vault:team_list")
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
            _("Records sent to other teams stay with them until they are withdrawn or expire."),
        ],
        "undo": _("This cannot be undone."),
        "verb": _("End the team permanently"),
        "is_danger": True,
        "back": reverse("vault:team", args=[pk]),
    }
    return show(request, "team_retire.html", None, context)


@require_POST
@requires_step_up
def team_key(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make the first key of a team."""
    scope, at = orgs_access.scope_of(request), clock.now()
    membership = access.get_own_membership(scope, access.get_team_in_reach(scope, pk))
    members.make_first_key(get_unlocked(request), membership, at=at)
    message = _("The team has its key, and you hold it. Now finish the kit.")
    return done(request, message, "vault:team", pk)


def _team_row(standing: Standing) -> dict[str, object]:
    has_key = standing.team.state != TeamState.NO_KEY
    return {
        "standing": standing,
        "next_step": wording.describe_step(standing),
        "state": wording.shown_state_of(standing),
        # then the membership state says more than the team state
        "waits_for_colleague": standing.is_waiting and has_key,
    }


def _member_row(standing: Standing, membership: Membership) -> dict[str, object]:
    return {
        "place": membership,
        "holds": membership.user_id in standing.holding,
        "is_own": standing.place is not None and membership.pk == standing.place.pk,
        "waits": membership in standing.to_let_in,
    }


def _waiting_context(standing: Standing, words: str) -> dict[str, object]:
    return {
        "team": standing.team,
        "next_step": wording.describe_step(standing),
        "state": wording.shown_state_of(standing),
        "words": [words],
        "is_read": standing.next is TeamStep.READ_WORDS,
        "admitters": standing.admitters,
    }
