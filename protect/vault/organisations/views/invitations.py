from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.kernel import clock, text
from protect.orgs import access, actions as orgs, alarms, enums, errors, models, profiles
from protect.orgs.scope import Scope
from protect.ui.pages import bind_form, posted_data, redirect_with_message
from protect.vault.organisations.forms import InvitationForm, InviteeForm
from protect.vault.sign_in.frame import requires_step_up, show


@require_safe
def invitation_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = access.scope_of(request)
    organisation = access.get_organisation(scope, pk)
    access.must_invite_in(scope, organisation)
    context = {
        "organisation": organisation,
        "tabs": profiles.organisation_tabs(scope, organisation, profiles.INVITATIONS_PAGE),
        "invitations": profiles.revocable_invitations(scope, organisation),
        "teams": profiles.teams_open_to_invitations(scope, organisation),
        "may_invite": scope.may(enums.Permission.INVITE, organisation=pk),
        "stopped": alarms.stopped_teams(pk),
        "at": clock.now(),
        "me": scope.user_id,
    }
    return show(request, "invitation_list.html", None, context)


@require_http_methods(["GET", "POST"])
@requires_step_up
def invitation_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Invite a person to a role in the organisation itself, not in one of its teams."""
    scope = access.scope_of(request)
    organisation = access.get_organisation(scope, pk)
    access.must(scope, enums.Permission.INVITE, organisation=organisation)
    return _invitation_page(request, scope, organisation, None)


@require_http_methods(["GET", "POST"])
def team_invitation_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Invite a person to a team, without step-up: a new member opens nothing until admitted."""
    scope = access.scope_of(request)
    team = access.get_team(scope, pk)
    access.must(scope, enums.Permission.INVITE, team=team)
    return _invitation_page(request, scope, team.organisation, team)


@require_http_methods(["GET", "POST"])
@requires_step_up
def invitation_first(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Invite the first administrator of an organisation; only the operator may."""
    scope = access.scope_of(request)
    organisation = access.get_organisation(scope, pk)
    access.must(scope, enums.Permission.OPERATE)
    form = bind_form(request, InviteeForm)
    if form.is_valid():
        with form.showing_refusals():
            at = clock.now()
            orgs.invite_first_administrator(scope, organisation, **form.cleaned_data, at=at)
            return redirect_with_message(request, _sent_message(), "vault:organisation", pk)
    context = {"organisation": organisation, "effects": _effects_of_first_invitation(organisation)}
    return show(request, "invitation_first.html", form, context)


@require_POST
@requires_step_up
def invitation_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send a new link for the same invitation; the earlier link stops working."""
    scope = access.scope_of(request)
    invitation = access.get_invitation(scope, pk)
    role = orgs.OfferedRole(invitation.organisation, invitation.team, invitation.role)
    orgs.invite(scope, role, email=invitation.email, language=invitation.language, at=clock.now())
    return redirect_with_message(
        request, _sent_again_message(), "vault:invitation_list", invitation.organisation_id
    )


@require_POST
def invitation_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = access.scope_of(request)
    invitation = access.get_invitation(scope, pk)
    orgs.revoke_invitation(scope, invitation, at=clock.now())
    message = _("The invitation was withdrawn. Its link no longer works.")
    return redirect_with_message(
        request, message, "vault:invitation_list", invitation.organisation_id
    )


def _invitation_page(
    request: HttpRequest, scope: Scope, organisation: models.Organisation, team: models.Team | None
) -> HttpResponse:
    roles = profiles.grantable_roles(scope, organisation, team)
    form = InvitationForm(posted_data(request), roles=roles)
    if form.is_valid():
        with form.showing_refusals():
            data = form.cleaned_data
            invited_role = orgs.OfferedRole(organisation, team, data["role"])
            is_repeated = profiles.is_invited(*invited_role, data["email"])
            mail = {"email": data["email"], "language": data["language"]}
            orgs.invite(scope, invited_role, **mail, at=clock.now())
            message = _sent_again_message() if is_repeated else _sent_message()
            return redirect_with_message(request, message, "vault:invitation_list", organisation.pk)
    context: dict[str, object] = {
        "organisation": organisation,
        "team": team,
        "effects": _effects_of_team_invitation(team)
        if team
        else _effects_of_organisation_invitation(organisation),
        "teams": [] if team else profiles.teams_open_to_invitations(scope, organisation),
        "stopped": _stopped_reason(organisation, team),
        "is_open": organisation.state == enums.OrganisationState.ACTIVE,
    }
    return show(request, "invitation_new.html", form, context)


def _stopped_reason(organisation: models.Organisation, team: models.Team | None) -> str:
    """Return why this team accepts no invitations now, "" if it does."""
    is_stopped = team is not None and alarms.stopped_since(organisation.pk, team.pk)
    return errors.OrganisationRefusal("team_stopped").text() if is_stopped else ""


def _sent_message() -> str:
    return _("The invitation was sent. Its link works for seven days.")


def _sent_again_message() -> str:
    return _(
        "A new invitation was sent. Its link works for seven days. The earlier link no "
        "longer works."
    )


def _effect_on_earlier_link() -> str:
    return _("If they were invited to the same role before, the earlier link no longer works.")


def _effect_of_mail() -> str:
    return _(
        "An e-mail with a link is sent to the address that you type. The link works once, "
        "for seven days."
    )


def _effects_of_team_invitation(team: models.Team) -> list[str]:
    sentence = _("With the link they join {team}. New users also create an account.")
    return [
        _effect_of_mail(),
        sentence.format(team=text.plain_isolated_name(team.name)),
        _(
            "They cannot open files yet: first a colleague who holds the key compares six "
            "words with them."
        ),
        _effect_on_earlier_link(),
    ]


def _effects_of_organisation_invitation(organisation: models.Organisation) -> list[str]:
    sentence = _("With the link they join {organisation}. New users also create an account.")
    return [
        _effect_of_mail(),
        sentence.format(organisation=text.plain_isolated_name(organisation.name)),
        _(
            "They can start as soon as their account is complete. None of these roles can "
            "open files."
        ),
        _effect_on_earlier_link(),
    ]


def _effects_of_first_invitation(organisation: models.Organisation) -> list[str]:
    sentence = _("With the link they can manage {organisation}: its teams, people and invitations.")
    return [
        _effect_of_mail(),
        sentence.format(organisation=text.plain_isolated_name(organisation.name)),
        _("An earlier invitation to manage it no longer works."),
        _("First check, by phone or face to face, that the address is theirs."),
    ]
