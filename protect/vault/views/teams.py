"""Teams: what they are, how they stand, and what comes next for whom."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.kernel import clock
from protect.kernel.text import plain_name
from protect.orgs import access as orgs_access
from protect.orgs import actions as orgs
from protect.orgs.access import scope_of
from protect.orgs.contacts import suspended_for
from protect.orgs.enums import Permission, TeamState
from protect.orgs.models import Membership
from protect.ui.pages import posted
from protect.vault import access
from protect.vault.actions import drilling, ending, teams
from protect.vault.actions.standing import Next, Standing, own_words, standing, versions
from protect.vault.actions.unlocked import must_recognise, unlocked
from protect.vault.forms.teams import TeamForm
from protect.vault.views.frame import show, stepped_up
from protect.vault.wording import teams as wording
from protect.vault.wording.teams import Said


@dataclass(frozen=True, slots=True)
class Row:
    """A team in the list."""

    standing: Standing
    said: Said
    state: TeamState

    @property
    def waits_for_colleague(self) -> bool:
        """Return whether one's own place tells more than the team: without a key nobody waits."""
        return self.standing.is_waiting and self.standing.team.state != TeamState.NO_KEY


@require_safe
def team_list(request: HttpRequest) -> HttpResponse:
    scope, at = scope_of(request), clock.now()
    seen = access.teams_of(scope).select_related("organisation")
    rows = [_row(standing(scope, each, at=at)) for each in seen.order_by("name", "pk")]
    context = {
        "mine": [row for row in rows if row.standing.place is not None],
        "others": [row for row in rows if row.standing.place is None and _manages(row)],
        "reviewed": [row for row in rows if row.standing.place is None and not _manages(row)],
        "managed": access.managed_by(scope),
        "suspended": suspended_for(scope),
    }
    return show(request, "team_list.html", None, context)


@require_safe
def team(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    found = standing(scope, access.get_team_in_reach(scope, pk), at=clock.now())
    if found.is_waiting:
        return show(
            request, "team_waiting.html", None, _waiting(found, own_words(unlocked(request)))
        )
    if found.place is not None:
        must_recognise(unlocked(request), found.team.pk)
    context = {
        "found": found,
        "team": found.team,
        "said": wording.said(found),
        "also": [wording.said(found, step) for step in found.to_do[1:]],
        "state": wording.state_of(found),
        "places": [_place(found, each) for each in found.members],
        "keys": versions(found.team),
        "may": {each.value for each in found.mine},
        "last_drill": drilling.last_drill(found.team.organisation_id),
    }
    return show(request, "team.html", None, context)


@require_http_methods(["GET", "POST"])
def team_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    organisation = orgs_access.get_organisation(scope, pk)
    orgs_access.must(scope, Permission.MANAGE_ORGANISATION, organisation=organisation)
    form = posted(request, TeamForm)
    if form.is_valid():
        with form.mending():
            made = orgs.found_team(scope, organisation, **form.cleaned_data, at=clock.now())
            messages.success(request, _("The team is founded. Now it needs its first supervisor."))
            return redirect("vault:team", pk=made.pk)
    return show(request, "team_new.html", form, {"organisation": organisation})


@require_http_methods(["GET", "POST"])
def team_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    found = orgs_access.get_team(scope, pk)
    orgs_access.must(scope, Permission.MANAGE_TEAM, team=found)
    form = posted(request, TeamForm, name=found.name, purpose=found.purpose)
    if form.is_valid():
        with form.mending():
            orgs.rename_team(scope, found, **form.cleaned_data, at=clock.now())
            messages.success(request, _("The team is changed."))
            return redirect("vault:team", pk=pk)
    return show(request, "team_edit.html", form, {"team": found})


@require_http_methods(["GET", "POST"])
@stepped_up
def team_retire(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    found = orgs_access.get_team(scope, pk)
    orgs_access.must(scope, Permission.MANAGE_ORGANISATION, team=found)
    orgs.must_not_be_stopped(found)
    if request.method == "POST":
        ending.retire_team(scope, found, at=clock.now())
        messages.success(request, _("The team has ended."))
        return redirect("vault:team_list")
    context = {
        "team": found,
        # Translators: {team} is the name of a team.
        "question": _("End {team} for good?").format(team=plain_name(found.name)),
        "effects": [
            _("Every place in it ends now, also of those who wait. Open invitations end."),
            _("Whoever has no other place can no longer sign in."),
            _("Its keys are deleted. Nobody can open its files or notes again, not even we."),
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
    scope, at = scope_of(request), clock.now()
    place = access.get_own_place(scope, access.get_team_in_reach(scope, pk))
    teams.make_key(unlocked(request), place, at=at)
    messages.success(request, _("The team has its key, and you hold it. Now finish the kit."))
    return redirect("vault:team", pk=pk)


def _manages(row: Row) -> bool:
    return Permission.MANAGE_TEAM in row.standing.mine


def _row(found: Standing) -> Row:
    return Row(found, wording.said(found), wording.state_of(found))


def _place(found: Standing, place: Membership) -> dict[str, object]:
    return {
        "place": place,
        "holds": place.user_id in found.holding,
        "is_own": found.place is not None and place.pk == found.place.pk,
        "waits": place in found.to_let_in,
    }


def _waiting(found: Standing, words: str) -> dict[str, object]:
    """Return what somebody sees of a team that they are not in yet."""
    return {
        "team": found.team,
        "said": wording.said(found),
        "state": wording.state_of(found),
        "words": [words],
        "is_read": found.next is Next.READ_WORDS,
        "admitters": found.admitters,
    }
