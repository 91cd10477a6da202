"""Teams: what they are, how they stand, and what comes next."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.kernel import clock, text
from protect.orgs import access as orgs_access, actions as orgs, profiles
from protect.orgs.enums import Permission, TeamState
from protect.orgs.models import Membership
from protect.ui.pages import done, posted
from protect.vault import access
from protect.vault.sessions.unlocked import must_recognise, unlocked
from protect.vault.sign_in.frame import show, stepped_up
from protect.vault.team_keys import closures, members, recovery_kit
from protect.vault.teams import forms, wording
from protect.vault.teams.standing import Next, Standing, own_words, standing, versions


@require_safe
def team_list(request: HttpRequest) -> HttpResponse:
    scope, at = orgs_access.scope_of(request), clock.now()
    seen = access.teams_of(scope).select_related("organisation")
    teams = [standing(scope, each, at=at) for each in seen.order_by("name", "pk")]
    foreign = [each for each in teams if each.place is None]
    context = {
        "mine": [_row(each) for each in teams if each.place is not None],
        "others": [_row(each) for each in foreign if Permission.MANAGE_TEAM in each.mine],
        "reviewed": [_row(each) for each in foreign if Permission.MANAGE_TEAM not in each.mine],
        "managed": access.managed_by(scope),
        "suspended": profiles.suspended_for(scope),
    }
    return show(request, "team_list.html", None, context)


@require_safe
def team(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = orgs_access.scope_of(request)
    team_standing = standing(scope, access.get_team_in_reach(scope, pk), at=clock.now())
    if team_standing.is_waiting:
        context = _waiting(team_standing, own_words(unlocked(request)))
        return show(request, "team_waiting.html", None, context)
    if team_standing.place is not None:
        must_recognise(unlocked(request), team_standing.team.pk)
    context = {
        "standing": team_standing,
        "team": team_standing.team,
        "next_step": wording.describe_step(team_standing),
        "also": [wording.describe_step(team_standing, step) for step in team_standing.to_do[1:]],
        "state": wording.state_of(team_standing),
        "places": [_place(team_standing, each) for each in team_standing.members],
        "keys": versions(team_standing.team),
        "may": {each.value for each in team_standing.mine},
        "last_drill": recovery_kit.last_drill(team_standing.team.organisation_id),
    }
    return show(request, "team.html", None, context)


@require_http_methods(["GET", "POST"])
def team_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = orgs_access.scope_of(request)
    organisation = orgs_access.get_organisation(scope, pk)
    orgs_access.must(scope, Permission.MANAGE_ORGANISATION, organisation=organisation)
    form = posted(request, forms.TeamForm)
    if form.is_valid():
        with form.mending():
            team = orgs.found_team(scope, organisation, **form.cleaned_data, at=clock.now())
            message = _("The team is founded. Now it needs its first supervisor.")
            return done(request, message, "vault:team", team.pk)
    return show(request, "team_new.html", form, {"organisation": organisation})


@require_http_methods(["GET", "POST"])
def team_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = orgs_access.scope_of(request)
    team = orgs_access.get_team(scope, pk)
    orgs_access.must(scope, Permission.MANAGE_TEAM, team=team)
    form = posted(request, forms.TeamForm, name=team.name, purpose=team.purpose)
    if form.is_valid():
        with form.mending():
            orgs.rename_team(scope, team, **form.cleaned_data, at=clock.now())
            return done(request, _("The team is changed."), "vault:team", pk)
    return show(request, "team_edit.html", form, {"team": team})


@require_http_methods(["GET", "POST"])
@stepped_up
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
        "question": _("End {team} for good?").format(team=text.plain_name(team.name)),
        "effects": [
            _("Every place in it ends now, also of those who wait. Open invitations end."),
            _("People without another place can no longer sign in."),
            _("Its keys are deleted. Its files and notes can never be opened again, even by us."),
            _("What is sealed stays, unreadable, until its own time is over. Then it is deleted."),
            _("What it has sent to other teams stays with them until it is taken back or expires."),
        ],
        "undo": _("This cannot be undone."),
        "verb": _("End the team for good"),
        "is_danger": True,
        "back": reverse("vault:team", args=[pk]),
    }
    return show(request, "team_retire.html", None, context)


@require_POST
@stepped_up
def team_key(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope, at = orgs_access.scope_of(request), clock.now()
    place = access.get_own_place(scope, access.get_team_in_reach(scope, pk))
    members.make_key(unlocked(request), place, at=at)
    message = _("The team has its key, and you hold it. Now finish the kit.")
    return done(request, message, "vault:team", pk)


def _row(team_standing: Standing) -> dict[str, object]:
    has_key = team_standing.team.state != TeamState.NO_KEY
    return {
        "standing": team_standing,
        "next_step": wording.describe_step(team_standing),
        "state": wording.state_of(team_standing),
        # one's own place tells more than the team: without a key none waits
        "waits_for_colleague": team_standing.is_waiting and has_key,
    }


def _place(team_standing: Standing, place: Membership) -> dict[str, object]:
    return {
        "place": place,
        "holds": place.user_id in team_standing.holding,
        "is_own": team_standing.place is not None and place.pk == team_standing.place.pk,
        "waits": place in team_standing.to_let_in,
    }


def _waiting(team_standing: Standing, words: str) -> dict[str, object]:
    return {
        "team": team_standing.team,
        "next_step": wording.describe_step(team_standing),
        "state": wording.state_of(team_standing),
        "words": [words],
        "is_read": team_standing.next is Next.READ_WORDS,
        "admitters": team_standing.admitters,
    }
