"""The people of an organisation, their places and roles, and their accounts."""

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
from protect.ui.pages import done, sent_data
from protect.ui.pagination import Paginator
from protect.vault.access import may_restart, must_restart
from protect.vault.accounts import password_reset
from protect.vault.organisations import forms, wording
from protect.vault.sessions.unlocked import holding, unlocked
from protect.vault.sign_in.frame import in_requested_order, show, stepped_up
from protect.vault.team_keys import closures, members

ROWS = 50  # on a screen
SORTS = {"name": "user__name", "role": "role", "where": "team__name", "since": "created"}
FIRST = ("user__name", "role", "pk")


@require_safe
def organisation_people(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = access.scope_of(request)
    organisation = access.get_organisation(scope, pk)
    access.must_see_people(scope, organisation)
    operates = scope.may(Permission.OPERATE)
    rows = in_requested_order(profiles.people_of(scope, organisation), request, SORTS, FIRST)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    reviews = scope.may(Permission.READ_AUDIT, organisation=pk)
    is_active = organisation.state == OrganisationState.ACTIVE
    left = list(profiles.left_of(scope, organisation, at=clock.now())[: ROWS + 1])
    context = {
        "organisation": organisation,
        "tabs": profiles.tabs_of(scope, organisation, profiles.PEOPLE),
        "page": page,
        "left": left[:ROWS],
        "more": len(left) > ROWS,
        "seen": profiles.places_seen(scope, [each.pk for each in page]),
        "me": scope.user_id,
        "operates": operates,
        "may_invite": is_active and scope.may(Permission.INVITE, organisation=pk),
        "is_whole": profiles.is_whole(scope, organisation),
        "reviews": reviews,
        "holding": holding(list(page)) if reviews else set(),
    }
    return show(request, "organisation_people.html", None, context)


@require_safe
def place(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = access.scope_of(request)
    membership = access.get_membership(scope, pk)
    manages = access.manages(scope, membership)
    is_own, operates = membership.user_id == scope.user_id, scope.may(Permission.OPERATE)
    reads = scope.may(Permission.READ_AUDIT, organisation=membership.organisation_id)
    context = {
        **_about(membership),
        "is_own": is_own,
        "manages": manages,
        "may_change": manages and len(_roles(scope, membership)) > 1,
        "may_restart": may_restart(scope, membership.user),
        "reads": reads,
        "operates": operates,
        "run_by": profiles.run_by() if (manages or reads) and not (is_own or operates) else "",
    }
    return show(request, "place.html", None, context)


@require_http_methods(["GET", "POST"])
@stepped_up
def place_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = access.scope_of(request)
    membership = access.get_membership(scope, pk)
    is_own = membership.user_id == scope.user_id
    if not is_own:
        access.must_manage(scope, membership)
    if access.is_last(membership):
        return _last(request, scope, membership)
    if request.method == "POST":
        members.leave(scope, membership, unlocked(request), at=clock.now())
        message = _("The place has ended.")
        return done(request, message, "vault:organisation_people", membership.organisation_id)
    name = text.plain_name(membership.user.name)
    question = _("Give up your place?") if is_own else _("End the place of {name}?")
    context = {
        "question": question.format(name=name),
        "effects": wording.of_ending(membership, unlocked(request)),
        "undo": _undo(membership),
        "verb": _("Give it up") if is_own else _("End this place"),
        "is_danger": True,
    }
    return _confirm(request, membership, context)


@require_http_methods(["GET", "POST"])
@stepped_up
def place_role(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = access.scope_of(request)
    membership = access.get_membership(scope, pk)
    access.must_manage(scope, membership)
    offered, initial = _roles(scope, membership), {"role": membership.role}
    form = forms.RoleForm(sent_data(request), roles=offered, initial=initial)
    if form.is_valid():
        with form.mending():
            wanted = form.cleaned_data["role"]
            if wanted == membership.role:
                return redirect("vault:place", pk=pk)
            orgs.promote(scope, membership, wanted, at=clock.now())
            return done(request, _("The role is changed."), "vault:place", pk)
    return show(request, "place_role.html", form, _about(membership))


@require_http_methods(["GET", "POST"])
@stepped_up
def place_restart(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = access.scope_of(request)
    membership = access.get_membership(scope, pk)
    must_restart(scope, membership.user)
    if request.method == "POST":
        password_reset.restart(scope, membership.user, at=clock.now())
        message = _("The mail is on its way. The link in it works 30 minutes.")
        return done(request, message, "vault:place", pk)
    context = {
        "question": _("Let {name} begin anew?").format(name=text.plain_name(membership.user.name)),
        "effects": wording.of_beginning_anew(membership),
        "undo": _(
            "Speak with them first, by phone or face to face: another person may be asking in "
            "their name. If they still have the recovery code on paper, they need no new beginning."
        ),
        "verb": _("Send the link"),
    }
    return _confirm(request, membership, context)


@require_http_methods(["GET", "POST"])
@stepped_up
def account_suspend(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = access.scope_of(request)
    user = access.get_user(scope, pk)
    if request.method == "POST":
        closures.suspend_user(scope, user, at=clock.now())
        return done(request, _("The account is closed."), _people_of(user))
    context = {
        "question": _("Close the account of {name}?").format(name=text.plain_name(user.name)),
        "effects": [
            _("They are signed out now, on every device, and cannot sign in any more."),
            _("Their places and keys stay, and give nothing while the account is closed."),
            _("They get a mail. It gives no reason: call them, or their organisation."),
        ],
        "undo": _("You can open it again at any time. If the person has left, end their places."),
        "verb": _("Close the account"),
        "is_danger": True,
        "back": _people_of(user),
    }
    return show(request, "account_confirm.html", None, context)


@require_http_methods(["GET", "POST"])
@stepped_up
def account_reactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = access.scope_of(request)
    user = access.get_user(scope, pk)
    if request.method == "POST":
        orgs.reactivate_user(scope, user, at=clock.now())
        return done(request, _("The account is open again."), _people_of(user))
    context = {
        "question": _("Open the account of {name} again?").format(name=text.plain_name(user.name)),
        "effects": [
            _("They sign in as before and have the places that they still have."),
            _("No email is sent. Tell them."),
        ],
        "verb": _("Open it again"),
        "back": _people_of(user),
    }
    return show(request, "account_confirm.html", None, context)


def _confirm(request: HttpRequest, membership: Membership, context: dict[str, Any]) -> HttpResponse:
    context |= {**_about(membership), "back": reverse("vault:place", args=[membership.pk])}
    return show(request, "place_confirm.html", None, context)


def _last(request: HttpRequest, scope: Scope, membership: Membership) -> HttpResponse:
    context = {
        **_about(membership),
        "is_operator": level_of(membership.role) is Level.PLATFORM,
        "may_invite": scope.may(Permission.INVITE, organisation=membership.organisation_id),
    }
    return show(request, "place_last.html", None, context)


def _about(membership: Membership) -> dict[str, Any]:
    return {
        "place": membership,
        "person": membership.user,
        "organisation": membership.organisation,
        "role": role_name(membership.role),
    }


def _undo(membership: Membership) -> str:
    if wording.is_last_holder(membership):
        return _(
            "No other member holds this team's key. Afterwards only two recovery officers together "
            "can open its files. Let a colleague in first."
        )
    return _("This cannot be undone. A person who comes back is invited and let in again.")


def _roles(scope: Scope, membership: Membership) -> list[str]:
    """Return the roles that this place may have: of the same level, with keys or without."""
    now = roles().get(membership.role)
    return [
        code
        for code in profiles.roles_to_give(scope, membership.organisation, membership.team)
        if now and (roles()[code].level, roles()[code].gives_keys) == (now.level, now.gives_keys)
    ]


def _people_of(user: User) -> str:
    home = access.home_of(user.pk)
    if home is None:
        return reverse("vault:organisation_list")
    return reverse("vault:organisation_people", args=[home.pk])
