from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock
from protect.kernel.text import plain_isolated_name
from protect.orgs import access, actions as orgs, errors, profiles
from protect.orgs.access import get_organisation, must, must_have_in_some_organisation, scope_of
from protect.orgs.enums import OrganisationState, Permission
from protect.orgs.models import Organisation
from protect.ui import pagination
from protect.ui.forms import DeskForm
from protect.ui.pages import bind_form, panel_row, posted_data, redirect_with_message
from protect.vault.organisations import forms
from protect.vault.organisations.wording import explain_activation, next_organisation_step
from protect.vault.sign_in.frame import in_requested_order, requires_step_up, show
from protect.vault.team_keys import closures

ROWS_PER_PAGE = 50  # on a screen
SORTS = {"name": "name", "kind": "kind", "country": "country", "state": "state", "since": "created"}
DEFAULT_ORDER = ("name", "pk")


@require_safe
def organisation_list(request: HttpRequest) -> HttpResponse:
    """List organisations; a user of only one is redirected to it. Operators can filter."""
    scope = scope_of(request)
    only_organisation = access.only_organisation(scope)
    if only_organisation is not None:
        return redirect("vault:organisation", pk=only_organisation)
    operates = scope.may(Permission.OPERATE)
    filters = {name: request.GET.get(name, "") for name in ("state", "country")}
    rows = access.listed_organisations(scope)
    if operates:
        rows = rows.filter(**{name: value for name, value in filters.items() if value})
    ordered = in_requested_order(rows, request, SORTS, DEFAULT_ORDER)
    context = {
        "page": pagination.Paginator(ordered, ROWS_PER_PAGE).get_page(request.GET.get("page")),
        "waiting": [_proposal_row(each) for each in profiles.proposals_to_vouch_for(scope)],
        "operates": operates,
        "may_propose": bool(scope.organisations_where(Permission.VOUCH)),
        **filters,
        "is_narrow": any(filters.values()),
        "states": OrganisationState.choices,
        "countries": forms.country_choices(),
        "suspended": profiles.own_suspensions(scope),
    }
    return show(request, "organisation_list.html", None, context)


@require_safe
def organisation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show an organisation: its state, vouches, size and next step."""
    scope = scope_of(request)
    organisation = access.get_organisation_in_reach(scope, pk)
    context = {
        "suspended": [row for row in profiles.own_suspensions(scope) if row.organisation.pk == pk],
        "organisation": organisation,
        "tabs": profiles.organisation_tabs(scope, organisation, profiles.OVERVIEW_PAGE),
        "step": next_organisation_step(scope, organisation),
        "vouches": profiles.vouches_received_by(organisation),
        "vouch_count": profiles.count_vouches(organisation),
        "size": profiles.organisation_size(organisation),
        "is_in": access.may_see_people(scope, organisation),
        "manages": scope.may(Permission.MANAGE_ORGANISATION, organisation=pk),
        "may_leave": access.may_end_organisation(scope, organisation),
        "operates": scope.may(Permission.OPERATE),
    }
    return show(request, "organisation.html", None, context)


@require_http_methods(["GET", "POST"])
def organisation_new(request: HttpRequest) -> HttpResponse:
    """Propose a new organisation, for which other organisations then vouch."""
    scope = scope_of(request)
    must_have_in_some_organisation(scope, Permission.VOUCH)
    form = bind_form(request, forms.ProposalForm)
    if form.is_valid():
        with form.showing_refusals():
            organisation = orgs.propose_organisation(scope, form.to_profile(), at=clock.now())
            text = _("The organisation was proposed. Others were asked by e-mail to vouch for it.")
            return redirect_with_message(request, text, "vault:organisation", organisation.pk)
    return show(request, "organisation_new.html", form)


@require_http_methods(["GET", "POST"])
@requires_step_up
def organisation_vouch(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    organisation = get_organisation(scope, pk)
    must_have_in_some_organisation(scope, Permission.VOUCH)
    own_organisations = list(profiles.organisations_that_may_vouch(scope, organisation))
    if not own_organisations or organisation.state != OrganisationState.PROPOSED:
        raise errors.OrganisationRefusal("vouch_not_allowed")
    form = forms.VouchForm(posted_data(request), organisations=own_organisations)
    if form.is_valid():
        with form.showing_refusals():
            by = form.vouching_organisation()
            updated = orgs.vouch(scope, organisation, by=by, at=clock.now())
            if updated.state == OrganisationState.PROPOSED:
                return redirect_with_message(
                    request, _message_after_vouching(updated), "vault:organisation", pk
                )
            return redirect_with_message(
                request, _message_after_vouching(updated), "vault:organisation_list"
            )
    name = plain_isolated_name(organisation.name)
    context = {
        # Translators: {name} is the name of an organisation.
        "question": _("Do you vouch for {name}?").format(name=name),
        "effects": _effects_of_vouching(organisation, own_organisations),
        "verb": _("Yes, we know and trust it"),  # For translators: a button: about an organisation
        "undo": _("Vouching cannot be undone."),
    }
    return _show_confirmation(request, organisation, context, form)


@require_http_methods(["GET", "POST"])
@requires_step_up
def organisation_suspend(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    organisation = get_organisation(scope, pk)
    must(scope, Permission.OPERATE)
    if request.method == "POST":
        closures.suspend_organisation(scope, organisation, at=clock.now())
        message = _("The organisation is suspended. Its administrators were told by e-mail.")
        return redirect_with_message(request, message, "vault:organisation", pk)
    people = profiles.organisation_size(organisation).people
    context = {
        "question": _("Suspend {name}?").format(name=plain_isolated_name(organisation.name)),
        "effects": [
            ngettext(
                "One person works there. Their session ends now.",
                "%(count)s people work there. Their sessions end now.",
                people,
            )
            % {"count": people},
            _("No user can work for it, and other teams cannot send it anything."),
            _("Keys, files and memberships stay unchanged."),
            _("Those who manage it get an e-mail that gives no reason. Call them."),
        ],
        "undo": _("You can reactivate it at any time."),
        "verb": _("Suspend organisation"),
        "is_danger": True,
    }
    return _show_confirmation(request, organisation, context)


@require_http_methods(["GET", "POST"])
@requires_step_up
def organisation_reactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    organisation = get_organisation(scope, pk)
    must(scope, Permission.OPERATE)
    if request.method == "POST":
        orgs.reactivate_organisation(scope, organisation, at=clock.now())
        return redirect_with_message(
            request, _("The organisation is active again."), "vault:organisation", pk
        )
    context = {
        "question": _("Reactivate {name}?").format(name=plain_isolated_name(organisation.name)),
        "effects": [
            _("Its people can sign in and work again, with the memberships that they have."),
            _("No email is sent. Tell them."),
        ],
        "verb": _("Reactivate"),
    }
    return _show_confirmation(request, organisation, context)


@require_http_methods(["GET", "POST"])
@requires_step_up
def organisation_leave(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End an organisation's participation permanently, if its name is typed correctly."""
    scope = scope_of(request)
    organisation = get_organisation(scope, pk)
    if not scope.may(Permission.OPERATE):
        must(scope, Permission.MANAGE_ORGANISATION, organisation=organisation)
    form = forms.ConfirmNameForm(posted_data(request), expected=organisation.name)
    if form.is_valid():
        with form.showing_refusals():
            closures.leave_organisation(scope, organisation, at=clock.now())
            return redirect_with_message(
                request, _("The organisation has left."), "vault:organisation_list"
            )
    name = plain_isolated_name(organisation.name)
    context = {
        "question": _("End the participation of {name} permanently?").format(name=name),
        "effects": _effects_of_leaving(organisation),
        "undo": _(
            "This cannot be undone. An organisation that comes back must be proposed "
            "again and starts without any data."
        ),
        "verb": _("End participation permanently"),
        "is_danger": True,
    }
    return _show_confirmation(request, organisation, context, form)


def _show_confirmation(
    request: HttpRequest,
    organisation: Organisation,
    context: dict[str, Any],
    form: DeskForm | None = None,
) -> HttpResponse:
    context |= {"organisation": organisation, "back": _organisation_url(organisation)}
    return show(request, "organisation_confirm.html", form, context)


def _organisation_url(organisation: Organisation) -> str:
    return reverse("vault:organisation", args=[organisation.pk])


def _proposal_row(proposed: Organisation) -> dict[str, Any]:
    detail = _("Other organisations must vouch for it.")
    return panel_row(proposed.name, detail, _organisation_url(proposed), _("View"))


def _message_after_vouching(organisation: Organisation) -> str:
    if organisation.state == OrganisationState.ACTIVE:
        sentence = _(
            "You have vouched for it. Yours was the last vouch needed: {name} is active now."
        )
        name = plain_isolated_name(organisation.name)
        return f"{sentence.format(name=name)} {explain_activation()}"
    return _("You have vouched for it. One more organisation must vouch, too.")


def _effects_of_vouching(organisation: Organisation, own: Sequence[Organisation]) -> list[str]:
    vouches, needed = profiles.count_vouches(organisation)
    # Translators: stands for the name of an organisation, in “You confirm for {mine} …”.
    own_name = plain_isolated_name(own[0].name) if len(own) == 1 else _("the one that you choose")
    text = _("You confirm for {mine} that you know {name} and the people who run it.")
    next_sentence = _("One more organisation must vouch for it before it becomes active.")
    if vouches + 1 >= needed:
        next_sentence = f"{_('When you vouch for it, it becomes active.')} {explain_activation()}"
    return [
        text.format(mine=own_name, name=plain_isolated_name(organisation.name)),
        next_sentence,
        _(
            "The organisation cannot see your files. Your teams decide each time what they "
            "send to it."
        ),
        _("The name of your organisation is shown on the page of the new organisation."),
    ]


def _effects_of_leaving(organisation: Organisation) -> list[str]:
    teams, people = profiles.organisation_size(organisation)
    return [
        ngettext(
            "%(count)s team ends now, with its key.",
            "%(count)s teams end now, with their keys.",
            teams,
        )
        % {"count": teams},
        ngettext(
            "%(count)s person loses their membership and is signed out now.",
            "%(count)s people lose their memberships and are signed out now.",
            people,
        )
        % {"count": people},
        _("Open invitations end. Members get a mail; invited people do not."),
        _(
            "Sealed records stay unreadable until their retention period ends, because no "
            "key for them is left."
        ),
        _("What was sent to other organisations stays with them."),
    ]
