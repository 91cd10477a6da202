"""Invitations: those that one has sent, and sending a new one."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.kernel import clock, text
from protect.orgs import access, actions as orgs, alarms, enums, errors, profiles
from protect.orgs.models import Organisation, Team
from protect.orgs.scope import Scope
from protect.ui.pages import done, posted, sent_data
from protect.vault.organisations.forms import FirstForm, InvitationForm
from protect.vault.sign_in.frame import show, stepped_up


@require_safe
def invitation_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = access.scope_of(request)
    organisation = access.get_organisation(scope, pk)
    access.must_invite_in(scope, organisation)
    context = {
        "organisation": organisation,
        "tabs": profiles.tabs_of(scope, organisation, profiles.INVITATIONS),
        "invitations": profiles.invitations_of(scope, organisation),
        "teams": profiles.teams_to_invite(scope, organisation),
        "may_invite": scope.may(enums.Permission.INVITE, organisation=pk),
        "stopped": alarms.stopped_teams(pk),
        "at": clock.now(),
        "me": scope.user_id,
    }
    return show(request, "invitation_list.html", None, context)


@require_http_methods(["GET", "POST"])
@stepped_up
def invitation_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = access.scope_of(request)
    organisation = access.get_organisation(scope, pk)
    access.must(scope, enums.Permission.INVITE, organisation=organisation)
    return _invite(request, scope, organisation, None)


@require_http_methods(["GET", "POST"])
def team_invitation_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Invited people open nothing before they are compared and let in: no step-up yet."""
    scope = access.scope_of(request)
    team = access.get_team(scope, pk)
    access.must(scope, enums.Permission.INVITE, team=team)
    return _invite(request, scope, team.organisation, team)


@require_http_methods(["GET", "POST"])
@stepped_up
def invitation_first(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = access.scope_of(request)
    organisation = access.get_organisation(scope, pk)
    access.must(scope, enums.Permission.OPERATE)
    form = posted(request, FirstForm)
    if form.is_valid():
        with form.mending():
            at = clock.now()
            orgs.invite_first_administrator(scope, organisation, **form.cleaned_data, at=at)
            return done(request, _sent(), "vault:organisation", pk)
    context = {"organisation": organisation, "effects": _of_first(organisation)}
    return show(request, "invitation_first.html", form, context)


@require_POST
@stepped_up
def invitation_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new link for the same person and place; the one before no longer opens."""
    scope = access.scope_of(request)
    invitation = access.get_invitation(scope, pk)
    place = orgs.Place(invitation.organisation, invitation.team, invitation.role)
    orgs.invite(scope, place, email=invitation.email, language=invitation.language, at=clock.now())
    return done(request, _sent_again(), "vault:invitation_list", invitation.organisation_id)


@require_POST
def invitation_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = access.scope_of(request)
    invitation = access.get_invitation(scope, pk)
    orgs.revoke_invitation(scope, invitation, at=clock.now())
    message = _("The invitation is taken back. Its link opens nothing any more.")
    return done(request, message, "vault:invitation_list", invitation.organisation_id)


def _invite(
    request: HttpRequest, scope: Scope, organisation: Organisation, team: Team | None
) -> HttpResponse:
    roles = profiles.roles_to_give(scope, organisation, team)
    form = InvitationForm(sent_data(request), roles=roles)
    if form.is_valid():
        with form.mending():
            data = form.cleaned_data
            place = orgs.Place(organisation, team, data["role"])
            is_second = profiles.is_invited(*place, data["email"])
            mail = {"email": data["email"], "language": data["language"]}
            orgs.invite(scope, place, **mail, at=clock.now())
            message = _sent_again() if is_second else _sent()
            return done(request, message, "vault:invitation_list", organisation.pk)
    context: dict[str, object] = {
        "organisation": organisation,
        "team": team,
        "effects": _of_team(team) if team else _of_organisation(organisation),
        "teams": [] if team else profiles.teams_to_invite(scope, organisation),
        "stopped": _why_stopped(organisation, team),
        "is_open": organisation.state == enums.OrganisationState.ACTIVE,
    }
    return show(request, "invitation_new.html", form, context)


def _why_stopped(organisation: Organisation, team: Team | None) -> str:
    """Return why no person can be invited to a team now, "" where one can."""
    is_stopped = team is not None and alarms.stopped_since(organisation.pk, team.pk)
    return errors.OrganisationRefusal("team_stopped").text() if is_stopped else ""


def _sent() -> str:
    return _("The invitation is on its way. The link in it works seven days.")


def _sent_again() -> str:
    return _(
        "A new invitation is on its way. The link in it works seven days; the one that they got "
        "before opens nothing any more."
    )


def _of_earlier() -> str:
    return _("If they were invited to the same role before, that link opens nothing any more.")


def _of_link() -> str:
    return _("A mail with a link goes to the address that you type. It works seven days, once.")


def _of_team(team: Team) -> list[str]:
    place = _("With it they make their account and a place in {team}.")
    return [
        _of_link(),
        place.format(team=text.plain_name(team.name)),
        _("They open no file yet: a colleague who holds the key compares six words with them."),
        _of_earlier(),
    ]


def _of_organisation(organisation: Organisation) -> list[str]:
    place = _("With it they make their account and a place in {organisation}.")
    return [
        _of_link(),
        place.format(organisation=text.plain_name(organisation.name)),
        _("They begin as soon as their account is complete. None of these roles opens a file."),
        _of_earlier(),
    ]


def _of_first(organisation: Organisation) -> list[str]:
    role = _("With it they manage {organisation}: its teams, people and invitations.")
    return [
        _of_link(),
        role.format(organisation=text.plain_name(organisation.name)),
        _("An earlier invitation to manage it opens nothing any more."),
        _("First make sure, by phone or face to face, that the address is theirs."),
    ]
