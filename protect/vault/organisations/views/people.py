from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock, text
from protect.orgs import access, actions as orgs, profiles
from protect.orgs.enums import Level, OrganisationState, Permission
from protect.orgs.models import Membership, User
from protect.orgs.roles import level_of, role_name, roles
from protect.orgs.scope import Scope
from protect.ui.pages import posted_data, redirect_with_message
from protect.ui.pagination import Paginator
from protect.vault.access import may_restart, must_be_allowed_to_restart
from protect.vault.accounts import password_reset
from protect.vault.organisations import forms, wording
from protect.vault.sessions.unlocked import get_unlocked, memberships_with_key
from protect.vault.sign_in.frame import in_requested_order, requires_step_up, show
from protect.vault.team_keys import closures, members

ROWS_PER_PAGE = 50  # on a screen
SORTS = {"name": "user__name", "role": "role", "where": "team__name", "since": "created"}
DEFAULT_ORDER = ("user__name", "role", "pk")


@require_safe
def organisation_people(request: HttpRequest, pk: UUID) -> HttpResponse:
    """List the members of an organisation, with their roles and teams."""
    scope = access.scope_of(request)
    organisation = access.get_organisation(scope, pk)
    access.must_see_people(scope, organisation)
    operates = scope.may(Permission.OPERATE)
    rows = profiles.visible_memberships(scope, organisation)
    rows = in_requested_order(rows, request, SORTS, DEFAULT_ORDER)
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    may_review = scope.may(Permission.READ_AUDIT, organisation=pk)
    is_active = organisation.state == OrganisationState.ACTIVE
    departures = profiles.visible_departures(scope, organisation, at=clock.now())
    departed = list(departures[: ROWS_PER_PAGE + 1])
    context = {
        "organisation": organisation,
        "tabs": profiles.organisation_tabs(scope, organisation, profiles.PEOPLE_PAGE),
        "page": page,
        "left": departed[:ROWS_PER_PAGE],
        "more": len(departed) > ROWS_PER_PAGE,
        "seen": profiles.openable_memberships(scope, [each.pk for each in page]),
        "me": scope.user_id,
        "operates": operates,
        "may_invite": is_active and scope.may(Permission.INVITE, organisation=pk),
        "is_whole": profiles.can_see_all_memberships(scope, organisation),
        "reviews": may_review,
        "holding": memberships_with_key(list(page)) if may_review else set(),
    }
    return show(request, "organisation_people.html", None, context)


@require_safe
def place(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a membership, with the changes that the viewer may make in it."""
    scope = access.scope_of(request)
    membership = access.get_membership(scope, pk)
    may_manage = access.can_manage_member(scope, membership)
    is_own, operates = membership.user_id == scope.user_id, scope.may(Permission.OPERATE)
    may_read_history = scope.may(Permission.READ_AUDIT, organisation=membership.organisation_id)
    shows_operators = (may_manage or may_read_history) and not (is_own or operates)
    context = {
        **_context_of(membership),
        "is_own": is_own,
        "manages": may_manage,
        "may_change": may_manage and len(_assignable_roles(scope, membership)) > 1,
        "may_restart": may_restart(scope, membership.user),
        "reads": may_read_history,
        "operates": operates,
        "run_by": profiles.operating_organisation_names() if shows_operators else "",
    }
    return show(request, "place.html", None, context)


@require_http_methods(["GET", "POST"])
@requires_step_up
def place_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a membership, the user's own or that of another member."""
    scope = access.scope_of(request)
    membership = access.get_membership(scope, pk)
    is_own = membership.user_id == scope.user_id
    if not is_own:
        access.must_manage(scope, membership)
    if access.is_last_manager(membership):
        return _show_last_manager(request, scope, membership)
    if request.method == "POST":
        members.end_membership_and_access(scope, membership, get_unlocked(request), at=clock.now())
        message = _("The membership has ended.")
        return redirect_with_message(
            request, message, "vault:organisation_people", membership.organisation_id
        )
    name = text.plain_isolated_name(membership.user.name)
    question = _("End your membership?") if is_own else _("End the membership of {name}?")
    context = {
        "question": question.format(name=name),
        "effects": wording.effects_of_ending(membership, get_unlocked(request)),
        "undo": _ending_warning(membership),
        "verb": _("End my membership") if is_own else _("End this membership"),
        "is_danger": True,
    }
    return _confirm(request, membership, context)


@require_http_methods(["GET", "POST"])
@requires_step_up
def place_role(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change the role of a membership."""
    scope = access.scope_of(request)
    membership = access.get_membership(scope, pk)
    access.must_manage(scope, membership)
    assignable_roles, initial = _assignable_roles(scope, membership), {"role": membership.role}
    form = forms.RoleForm(posted_data(request), roles=assignable_roles, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            new_role = form.cleaned_data["role"]
            if new_role == membership.role:
                return redirect("vault:place", pk=pk)
            orgs.change_role(scope, membership, new_role, at=clock.now())
            return redirect_with_message(request, _("The role was changed."), "vault:place", pk)
    return show(request, "place_role.html", form, _context_of(membership))


@require_http_methods(["GET", "POST"])
@requires_step_up
def place_restart(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mail a member a link by which they restart their account with new keys."""
    scope = access.scope_of(request)
    membership = access.get_membership(scope, pk)
    must_be_allowed_to_restart(scope, membership.user)
    if request.method == "POST":
        password_reset.mail_restart_link(scope, membership.user, at=clock.now())
        message = _("The e-mail was sent. Its link works for 30 minutes.")
        return redirect_with_message(request, message, "vault:place", pk)
    name = text.plain_isolated_name(membership.user.name)
    context = {
        "question": _("Restart the account of {name}?").format(name=name),
        "effects": wording.effects_of_account_restart(membership),
        "undo": _(
            "Speak with them first, by phone or face to face: another person may be "
            "asking in their name. If they still have the recovery code on paper and "
            "their authenticator app or a passkey, they do not need this."
        ),
        "verb": _("Send the link"),
    }
    return _confirm(request, membership, context)


@require_http_methods(["GET", "POST"])
@requires_step_up
def account_suspend(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = access.scope_of(request)
    user = access.get_user(scope, pk)
    if request.method == "POST":
        closures.suspend_user(scope, user, at=clock.now())
        return redirect_with_message(
            request, _("The account is suspended."), _home_organisation_people_url(user)
        )
    name = text.plain_isolated_name(user.name)
    context = {
        "question": _("Suspend the account of {name}?").format(name=name),
        "effects": [
            _("They are signed out on every device now and cannot sign in any more."),
            _(
                "Their memberships and keys are kept, but have no effect while the account "
                "is suspended."
            ),
            _("They get an e-mail that gives no reason. Call them or their organisation."),
        ],
        "undo": _(
            "You can reactivate it at any time. If the person has left, end their memberships."
        ),
        "verb": _("Suspend the account"),
        "is_danger": True,
        "back": _home_organisation_people_url(user),
    }
    return show(request, "account_confirm.html", None, context)


@require_http_methods(["GET", "POST"])
@requires_step_up
def account_reactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = access.scope_of(request)
    user = access.get_user(scope, pk)
    if request.method == "POST":
        orgs.reactivate_user(scope, user, at=clock.now())
        return redirect_with_message(
            request, _("The account was reactivated."), _home_organisation_people_url(user)
        )
    name = text.plain_isolated_name(user.name)
    context = {
        "question": _("Reactivate the account of {name}?").format(name=name),
        "effects": [
            _("They sign in as before, with the memberships that they still have."),
            _("No email is sent. Tell them."),
        ],
        "verb": _("Reactivate"),
        "back": _home_organisation_people_url(user),
    }
    return show(request, "account_confirm.html", None, context)


def _confirm(request: HttpRequest, membership: Membership, context: dict[str, Any]) -> HttpResponse:
    context |= {**_context_of(membership), "back": reverse("vault:place", args=[membership.pk])}
    return show(request, "place_confirm.html", None, context)


def _show_last_manager(request: HttpRequest, scope: Scope, membership: Membership) -> HttpResponse:
    """Show that the membership of the last administrator or operator cannot end now."""
    context = {
        **_context_of(membership),
        "is_operator": level_of(membership.role) is Level.PLATFORM,
        "may_invite": scope.may(Permission.INVITE, organisation=membership.organisation_id),
    }
    return show(request, "place_last.html", None, context)


def _context_of(membership: Membership) -> dict[str, Any]:
    return {
        "place": membership,
        "person": membership.user,
        "organisation": membership.organisation,
        "role": role_name(membership.role),
    }


def _ending_warning(membership: Membership) -> str:
    """Return the warning that a team loses its last key holder, or else that there is no undo."""
    if wording.is_last_key_holder(membership):
        return _(
            "No other member holds this team's key. Afterwards only two recovery "
            "officers together can open its files, and only if the recovery kit is "
            "finished. Let a colleague in first."
        )
    return _("This cannot be undone. A person who comes back must be invited like a new one.")


def _assignable_roles(scope: Scope, membership: Membership) -> list[str]:
    """Return role codes that the user may give, of the present role's level and key access."""
    role = roles().get(membership.role)
    if role is None:
        return []
    codes = profiles.grantable_roles(scope, membership.organisation, membership.team)
    access_now = (role.level, role.gives_keys)
    return [code for code in codes if (roles()[code].level, roles()[code].gives_keys) == access_now]


def _home_organisation_people_url(user: User) -> str:
    home = access.home_organisation(user.pk)
    if home is None:
        return reverse("vault:organisation_list")
    return reverse("vault:organisation_people", args=[home.pk])
